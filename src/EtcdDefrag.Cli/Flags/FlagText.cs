using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Flags;

/// <summary>Reads values as Go's flags do.</summary>
internal static class FlagText
{
    /// <summary>What strconv.ParseBool takes, and nothing else.</summary>
    public static bool ReadBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException("is neither true nor false"),
    };

    // The runtime's timers end after 49 days, and some wait for the sum of two.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromHours(576);

    public static TimeSpan ReadDuration(string text)
    {
        if (GoDuration.TryParse(text, out var time) && time <= MaxDuration)
        {
            return time;
        }

        throw new FormatException(text switch
        {
            _ when GoDuration.IsDuration(text) => "is too long; the most is 576h",
            ['-', .. var rest] when GoDuration.IsDuration(rest) => "is negative; write 500ms, 36s or 1m30s",
            _ => "is not a duration; write 500ms, 36s or 1m30s",
        });
    }

    public static TimeSpan? ReadTimeout(string text) => ReadDuration(text) is { Ticks: > 0 } time
        ? time
        : throw new FormatException("must be greater than 0; write 500ms, 36s or 1m30s");

    public static long ReadNatural(string text) => ReadWhole(text, 0, "is not a whole number of 0 or more");

    /// <summary>Reads a whole number of so much or more.</summary>
    public static long ReadWhole(string text, long min, string problem) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min ? number
        : throw new FormatException(text.TrimStart('0').Length > 18 && text.All(char.IsAsciiDigit)
            ? FormattableString.Invariant($"is too large; the most is {long.MaxValue}")
            : problem);

    public static double ReadNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new FormatException("is not a number");

    public static IReadOnlyList<string> ReadAddresses(string text) => [.. EtcdEndpoint.Split(text).Select(t => t.Trim())];

    public static string? ReadText(string text) => text.Length > 0 ? text : null;

    public static string ReadFile(string text) => text.Length > 0 ? text : throw new FormatException("is an empty string");
}
