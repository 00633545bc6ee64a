using System.Text.Json.Nodes;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Events;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Events as JSON, one object a line. Properties that do not apply to the event are left out.</summary>
internal static class EventJson
{
    public static string Write(EtcdMonitorEvent entry)
    {
        var json = new JsonObject
        {
            ["at"] = entry.At,
            ["level"] = EventText.Level(entry.Level),
            ["event"] = entry.Event,
            ["cluster"] = NonEmpty(entry.Cluster),
            ["message"] = NonEmpty(entry.Message),
            ["endpoint"] = NonEmpty(entry.Endpoint),
            ["name"] = NonEmpty(entry.Name),
            ["memberId"] = NonEmpty(entry.MemberId),
            ["isDue"] = entry.IsDue,
            ["outcome"] = entry.Outcome?.ToString(),
            ["dbSizeBefore"] = entry.DbSizeBefore,
            ["dbSizeInUseBefore"] = entry.DbSizeInUseBefore,
            ["dbSizeAfter"] = entry.DbSizeAfter,
            ["bytesReclaimed"] = entry.BytesReclaimed,
            ["defragmented"] = entry.Defragmented,
            ["due"] = entry.Due,
            ["tookSeconds"] = entry.Duration?.TotalSeconds,
            ["dueAt"] = entry.DueAt,
            ["failures"] = entry.Failures,
            ["reason"] = NonEmpty(entry.Reason),
            ["file"] = NonEmpty(entry.File),
            ["line"] = entry.Line,
        };
        foreach (var name in json.Where(p => p.Value is null).Select(p => p.Key).ToArray())
        {
            json.Remove(name);
        }

        return JsonLines.Write(json);
    }

    private static string? NonEmpty(string text) => text.Length > 0 ? DisplayText.Cut(text) : null;
}
