using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Text;

/// <summary>Durations as Go programs read and write them (<c>1.902417ms</c>, <c>2m3.5s</c>), which is what etcd operators know.</summary>
internal static partial class GoDuration
{
    // Go holds nanoseconds in 64 bits: 292 years.
    private const decimal MaxSeconds = long.MaxValue / 1_000_000_000m;

    /// <summary>Reads a duration: <c>1m30s</c>, <c>500ms</c>, <c>.5s</c>, <c>0</c>. Negative ones are not read.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        if (Whole().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var seconds = match.Groups["part"].Captures.Sum(part => Seconds(part.Value));
        time = seconds <= MaxSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : TimeSpan.Zero;
        return seconds <= MaxSeconds;
    }

    /// <summary>Whether a text is a duration, however long it is.</summary>
    public static bool IsDuration(string text) => text == "0" || Whole().IsMatch(text);

    public static string Write(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0s",
        { Ticks: < 0 } => $"-{Write(time.Negate())}",
        { TotalMicroseconds: < 1 } => $"{time.TotalNanoseconds}ns",
        { TotalMilliseconds: < 1 } => $"{Number((decimal)time.Ticks / TimeSpan.TicksPerMicrosecond)}µs",
        { TotalSeconds: < 1 } => $"{Number((decimal)time.Ticks / TimeSpan.TicksPerMillisecond)}ms",
        _ => WriteLong(time),
    };

    private static decimal Seconds(string part)
    {
        var unit = part.AsSpan().TrimStart("0123456789.");
        var number = decimal.Parse(part.AsSpan(0, part.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return number * unit switch
        {
            "h" => 3600m,
            "m" => 60m,
            "s" => 1m,
            "ms" => 0.001m,
            "ns" => 0.000000001m,
            _ => 0.000001m,
        };
    }

    // Both the micro sign and the Greek letter are taken for micro, as in Go.
    [GeneratedRegex(@"^(?<part>([0-9]{1,18}(\.[0-9]{0,9})?|\.[0-9]{1,9})(h|ms|m|s|us|µs|μs|ns))+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Whole();

    private static string WriteLong(TimeSpan time)
    {
        var hours = time.Ticks / TimeSpan.TicksPerHour;
        var seconds = Number((decimal)(time.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond);
        return (hours, time.Minutes) switch
        {
            (0, 0) => $"{seconds}s",
            (0, var minutes) => $"{minutes}m{seconds}s",
            var (h, minutes) => $"{h}h{minutes}m{seconds}s",
        };
    }

    private static string Number(decimal value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
