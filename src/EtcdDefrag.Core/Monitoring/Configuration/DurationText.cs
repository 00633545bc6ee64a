using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads times as Go's programs, and so etcd's operators, write them: <c>36s</c>, <c>11m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static partial class DurationText
{
    /// <summary>The longest that is taken.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>The time; null where the text is none, or one of more than a year.</summary>
    public static TimeSpan? Read(string text)
    {
        if (!Form().IsMatch(text))
        {
            return null;
        }

        var seconds = Part().Matches(text).Sum(p => decimal.Parse(p.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) * p.Groups["unit"].Value switch
        {
            "h" => 3600m,
            "m" => 60m,
            "s" => 1m,
            _ => 0.001m,
        });
        return seconds <= (decimal)Longest.TotalSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    [GeneratedRegex(@"^([0-9]{1,9}(\.[0-9]{1,9})?(h|ms|m|s))+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"(?<n>[0-9.]+)(?<unit>h|ms|m|s)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();
}
