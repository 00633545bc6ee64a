using System.Globalization;

namespace EtcdDefrag.Text;

/// <summary>
/// Sizes, times, shares and dates in words. Messages, logs and errors are the same in every culture, since they are searched, compared
/// and sent to others; only a view for one person names that person's culture.
/// </summary>
public static class Units
{
    private static readonly (string Unit, double Bytes)[] Sizes =
        [("TiB", Math.Pow(2, 40)), ("GiB", Math.Pow(2, 30)), ("MiB", Math.Pow(2, 20)), ("KiB", 1024)];

    /// <summary>
    /// A size with one decimal, for example <c>10.5 MiB</c>. Never four digits before the point; empty where there is none.
    /// </summary>
    /// <param name="bytes">The size in bytes.</param>
    /// <param name="culture">Whose numbers; null for everybody's.</param>
    public static string Size(long? bytes, CultureInfo? culture = null)
    {
        if (bytes is null)
        {
            return "";
        }

        var (unit, unitBytes) = Array.Find(Sizes, s => Math.Abs((double)bytes) >= s.Bytes / 1024 * 1000);
        return unit is null ? Write(culture, $"{bytes} B") : Write(culture, $"{bytes / unitBytes:0.0} {unit}");
    }

    /// <summary>A time exactly, in seconds: <c>1.5 s</c>.</summary>
    /// <param name="time">The time.</param>
    public static string Seconds(TimeSpan time) => Write(null, $"{Math.Round(time.TotalSeconds, 3)} s");

    /// <summary>A time as people say it: <c>35 ms</c>, <c>2.4 s</c>, <c>3.1 min</c>.</summary>
    /// <param name="time">The time.</param>
    /// <param name="culture">Whose numbers; null for everybody's.</param>
    public static string Duration(TimeSpan time, CultureInfo? culture = null) => time switch
    {
        { TotalSeconds: < 1 } => Write(culture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1.5 } => Write(culture, $"{time.TotalSeconds:0.0} s"),
        _ => Write(culture, $"{time.TotalMinutes:0.0} min"),
    };

    /// <summary>A part of a whole: <c>96 %</c>.</summary>
    /// <param name="ratio">0 to 1, and more where a limit is passed.</param>
    /// <param name="culture">Whose numbers; null for everybody's.</param>
    public static string Percent(double ratio, CultureInfo? culture = null) => Write(culture, $"{ratio * 100:0} %");

    /// <summary>A moment in UTC, as it is sorted: <c>2026-01-31 23:59:59Z</c>.</summary>
    /// <param name="at">The moment.</param>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Write(CultureInfo? culture, FormattableString text) => text.ToString(culture ?? CultureInfo.InvariantCulture);
}
