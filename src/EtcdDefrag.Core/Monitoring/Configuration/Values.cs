using System.Globalization;
using System.Text.Json;
using EtcdDefrag.Policy;
using EtcdDefrag.Policy.Language;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads single values; what is wrong with one is told, and null is given in its place.</summary>
internal static class Values
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(366);

    public static bool? Boolean(LocatedJson value, Problems problems) => value.Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => Refuse<bool>(value, problems, "true or false"),
    };

    public static string? Text(LocatedJson value, Problems problems)
    {
        if (value.Kind == JsonTokenType.String && !string.IsNullOrWhiteSpace(value.Text))
        {
            return value.Text;
        }

        problems.Add(value, "it must be a non-empty string");
        return null;
    }

    public static int? Whole(LocatedJson value, Problems problems, int least, int most) =>
        value.Kind == JsonTokenType.Number && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Refuse<int>(value, problems, $"a whole number from {least} to {most}");

    public static double? Percentage(LocatedJson value, Problems problems) =>
        value.Kind == JsonTokenType.Number && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 100
            ? number
            : Refuse<double>(value, problems, "a number from 0 to 100");

    /// <summary>A part of a whole, neither none nor all of it.</summary>
    public static double? Part(LocatedJson value, Problems problems) =>
        value.Kind == JsonTokenType.Number && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1
            ? number
            : Refuse<double>(value, problems, "a number above 0 and below 1");

    /// <param name="value">The value.</param>
    /// <param name="problems">What is wrong.</param>
    /// <param name="least">The shortest time that is taken.</param>
    /// <param name="orZero">Whether no time at all is taken besides.</param>
    public static TimeSpan? Duration(LocatedJson value, Problems problems, TimeSpan least, bool orZero = false)
    {
        if (value.Kind != JsonTokenType.String || !GoDuration.TryParse(value.Text, out var time) || time > MaxDuration)
        {
            return RefuseText<TimeSpan>(value, problems, "a time such as \"36s\", \"11m\" or \"1h30m\", of at most one year");
        }

        return time >= least || (orZero && time == TimeSpan.Zero)
            ? time
            : RefuseText<TimeSpan>(value, problems, string.Create(CultureInfo.InvariantCulture, $"{least.TotalSeconds}s or more{(orZero ? ", or 0s" : "")}"));
    }

    /// <summary>A number of bytes, or a text with a unit as in rules.</summary>
    public static long? Size(LocatedJson value, Problems problems)
    {
        const string Expected = "a size such as \"100MiB\", or a whole number of bytes";
        var text = value.Text.Trim();
        if (value.Kind is not (JsonTokenType.String or JsonTokenType.Number) || text.Length == 0 || !char.IsAsciiDigit(text[0]))
        {
            return RefuseText<long>(value, problems, Expected);
        }

        try
        {
            var number = NumberReader.Read(text, 0);
            return number.End == text.Length && number.Kind == TokenKind.Number && number.Form != NumberForm.Percent && number.Value < long.MaxValue
                && (number.Form == NumberForm.Size || double.IsInteger(number.Value))
                ? (long)number.Value
                : RefuseText<long>(value, problems, Expected);
        }
        catch (RuleException wrong)
        {
            problems.Add(value, wrong.Problem);
            return null;
        }
    }

    public static TimeOnly? TimeOfDay(LocatedJson value, Problems problems) =>
        value.Kind == JsonTokenType.String && TimeOnly.TryParseExact(value.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : RefuseText<TimeOnly>(value, problems, "a time of day from \"00:00\" to \"23:59\"");

    public static TimeZoneInfo? Zone(LocatedJson value, Problems problems)
    {
        if (value.Kind == JsonTokenType.String && value.Text.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(value.Text, out var zone))
        {
            return zone;
        }

        problems.Add(value, $"{value.Quoted} is not a time zone that this system knows; take a name such as \"Europe/Berlin\" or \"UTC\"");
        return null;
    }

    /// <summary>The items of a list that must have some.</summary>
    public static IReadOnlyList<LocatedJson> List(LocatedJson value, Problems problems, string what)
    {
        if (value.Kind == JsonTokenType.StartArray && value.Items.Count > 0)
        {
            return value.Items;
        }

        problems.Add(value, value.Kind == JsonTokenType.StartArray ? $"the list is empty; it needs at least one of {what}" : $"{value.Shown} is not a list of {what}");
        return [];
    }

    private static T? Refuse<T>(LocatedJson value, Problems problems, string expected)
        where T : struct
    {
        problems.Add(value, $"{(value.Kind == JsonTokenType.Number ? value.Quoted : value.Shown)} is not {expected}");
        return null;
    }

    /// <summary>Refuses what may be written as a text, and shows it.</summary>
    private static T? RefuseText<T>(LocatedJson value, Problems problems, string expected)
        where T : struct
    {
        problems.Add(value, $"{value.Quoted} is not {expected}");
        return null;
    }
}
