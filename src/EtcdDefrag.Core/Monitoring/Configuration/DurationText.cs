using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads durations as Go, and so etcd's operators, write them: <c>36s</c>, <c>11m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static partial class DurationText
{
    private const string Number = @"[0-9]{1,9}(\.[0-9]{1,9})?";

    private static readonly TimeSpan Max = TimeSpan.FromDays(366);

    /// <summary>Null if the text is not a duration, or one of more than a year.</summary>
    public static TimeSpan? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        decimal Sum(string unit) => match.Groups[unit].Captures.Sum(c => decimal.Parse(c.ValueSpan, CultureInfo.InvariantCulture));
        var seconds = (Sum("h") * 3600) + (Sum("m") * 60) + Sum("s") + (Sum("ms") / 1000);
        return seconds <= (decimal)Max.TotalSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    [GeneratedRegex($@"^((?<h>{Number})h|(?<ms>{Number})ms|(?<m>{Number})m|(?<s>{Number})s)+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
