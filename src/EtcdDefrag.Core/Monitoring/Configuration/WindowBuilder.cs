using System.Text.Json;
using EtcdDefrag.Monitoring.Schedule;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>A maintenance window of which not everything is known yet.</summary>
internal sealed record WindowBuilder(IReadOnlyList<DayOfWeek>? Days, TimeOnly? From, TimeOnly? To, TimeZoneInfo Zone)
{
    private static readonly string[] Needed = ["from", "to"];

    public static IReadOnlyList<MaintenanceWindow> ReadAll(LocatedJson value, Problems problems)
    {
        if (value.Kind == JsonTokenType.StartArray)
        {
            return [.. value.Items.Select(w => Read(w, problems)).OfType<MaintenanceWindow>()];
        }

        problems.Add(value, $"{value.Shown} is not a list of windows");
        return [];
    }

    private static MaintenanceWindow? Read(LocatedJson value, Problems problems)
    {
        var draft = Sections.Window.Read(value, new WindowBuilder(null, null, null, TimeZoneInfo.Utc), problems);
        foreach (var key in Needed.Where(k => value.Kind == JsonTokenType.StartObject && value.Find(k) is null))
        {
            problems.Add(value, $"it needs \"{key}\", a time of day such as \"22:00\"");
        }

        var always = new MaintenanceWindow { From = draft.From ?? default, To = draft.To ?? default, TimeZone = draft.Zone };
        return draft is { From: not null, To: not null } ? draft.Days is null ? always : always with { Days = draft.Days } : null;
    }
}
