using System.Globalization;
using System.Text.Json;
using EtcdDefrag.Policy.Language;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads single values. A value that cannot be used is a FormatException, whose message follows the key in the problem.</summary>
internal static class Values
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(366);

    // Days as people and cron write them: three letters, or the whole name.
    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static bool Boolean(this LocatedJson value) => value.Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Unexpected(value.Shown, "true or false"),
    };

    public static string NonEmpty(this LocatedJson value) => value.Kind == JsonTokenType.String && !string.IsNullOrWhiteSpace(value.Text)
        ? value.Text
        : throw new FormatException("it must be a non-empty string");

    public static int Whole(this LocatedJson value, int min, int max) =>
        (int)value.Number(n => double.IsInteger(n) && n >= min && n <= max, $"a whole number from {min} to {max}");

    public static double Percentage(this LocatedJson value) => value.Number(n => n is >= 0 and <= 100, "a number from 0 to 100");

    /// <summary>A part of a whole, neither none nor all of it.</summary>
    public static double Part(this LocatedJson value) => value.Number(n => n is > 0 and < 1, "a number above 0 and below 1");

    public static TimeSpan Duration(this LocatedJson value, TimeSpan min, bool orZero = false)
    {
        if (value.Kind != JsonTokenType.String || !GoDuration.TryParse(value.Text, out var time) || time > MaxDuration)
        {
            throw Unexpected(value.Quoted, "a time such as \"36s\", \"11m\" or \"1h30m\", of at most one year");
        }

        var expected = string.Create(CultureInfo.InvariantCulture, $"{min.TotalSeconds}s or more{(orZero ? ", or 0s" : "")}");
        return time >= min || (orZero && time == TimeSpan.Zero) ? time : throw Unexpected(value.Quoted, expected);
    }

    /// <summary>A number of bytes, or a text with a unit as in rules.</summary>
    public static long Size(this LocatedJson value)
    {
        var text = value.Text.Trim();
        if (value.Kind is JsonTokenType.String or JsonTokenType.Number && text.Length > 0 && char.IsAsciiDigit(text[0]))
        {
            var number = NumberReader.Read(text, 0);
            var isSize = number.Form == NumberForm.Size || (number.Form != NumberForm.Percent && double.IsInteger(number.Value));
            if (isSize && number.Kind == TokenKind.Number && number.End == text.Length && number.Value < long.MaxValue)
            {
                return (long)number.Value;
            }
        }

        throw Unexpected(value.Quoted, "a size such as \"100MiB\", or a whole number of bytes");
    }

    public static TimeOnly TimeOfDay(this LocatedJson value) =>
        TimeOnly.TryParseExact(value.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw Unexpected(value.Quoted, "a time of day from \"00:00\" to \"23:59\"");

    public static TimeZoneInfo Zone(this LocatedJson value) =>
        value.Text.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(value.Text, out var zone)
            ? zone
            : throw Unexpected(value.Quoted, $"a time zone that this system knows, such as {SuggestZones(value.Text)}");

    public static DayOfWeek Day(LocatedJson value)
    {
        var index = Array.FindIndex(DayNames, d => IsDay(value.Text, d));
        return index >= 0 ? (DayOfWeek)((index + 1) % 7) : throw Unexpected(value.Quoted, $"one of {string.Join(", ", DayNames)}");
    }

    private static bool IsDay(string text, string shortName) =>
        text.Equals(shortName, StringComparison.OrdinalIgnoreCase)
        || (text.StartsWith(shortName, StringComparison.OrdinalIgnoreCase)
            && Enum.GetNames<DayOfWeek>().Contains(text, StringComparer.OrdinalIgnoreCase));

    private static double Number(this LocatedJson value, Func<double, bool> isInRange, string expected)
    {
        var isNumber = double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return value.Kind == JsonTokenType.Number && isNumber && isInRange(number) ? number : throw Unexpected(value.Shown, expected);
    }

    private static string SuggestZones(string given) => ZoneNames.Suggest(given, TimeZoneInfo.GetSystemTimeZones(), TimeZoneInfo.Local);

    private static FormatException Unexpected(string shown, string expected) => new($"{shown} is not {expected}");
}
