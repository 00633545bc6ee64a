using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads durations as Go, and so etcd's operators, write them: <c>36s</c>, <c>11m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static partial class DurationText
{
    /// <summary>The longest duration that is accepted.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Null if the text is not a duration, or one of more than a year.</summary>
    public static TimeSpan? Read(string text)
    {
        if (!Form().IsMatch(text))
        {
            return null;
        }

        var seconds = Part().Matches(text).Sum(p => decimal.Parse(p.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) * Unit(p.Groups["unit"].Value));
        return seconds <= (decimal)Longest.TotalSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    private static decimal Unit(string unit) => unit switch
    {
        "h" => 3600m,
        "m" => 60m,
        "s" => 1m,
        _ => 0.001m,
    };

    [GeneratedRegex(@"^([0-9]{1,9}(\.[0-9]{1,9})?(h|ms|m|s))+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"(?<n>[0-9.]+)(?<unit>h|ms|m|s)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();
}
