using System.Globalization;

namespace EtcdDefrag.Text;

/// <summary>
/// Sizes, durations, percentages and dates as text. Messages, logs and errors are the same in every culture, since they are searched,
/// compared and sent to others; only a view for one person passes that person's culture.
/// </summary>
internal static class Units
{
    private static readonly string[] Names = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size with one decimal, for example <c>10.5 MiB</c>, never with four digits before the point; empty for null.</summary>
    public static string Size(long? bytes, CultureInfo? culture = null)
    {
        if (bytes is not { } known)
        {
            return "";
        }

        var unit = UnitOf(known, limit: 1000);
        return unit == 0 ? Write(culture, $"{known} B") : Write(culture, $"{known / Math.Pow(1024, unit):0.0} {Names[unit]}");
    }

    /// <summary>A size in MiB whatever it is, so that the rows of a table compare at a glance; empty for null.</summary>
    public static string Mebibytes(long? bytes) => bytes is { } known ? Write(null, $"{known / 1048576.0:0.0} MiB") : "";

    /// <summary>A duration in seconds, exactly: <c>1.5 s</c>.</summary>
    public static string Seconds(TimeSpan time) => Write(null, $"{Math.Round(time.TotalSeconds, 3)} s");

    /// <summary>A duration, rounded: <c>35 ms</c>, <c>2.4 s</c>, <c>3.1 min</c>.</summary>
    public static string Duration(TimeSpan time, CultureInfo? culture = null) => time switch
    {
        { TotalSeconds: < 1 } => Write(culture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1.5 } => Write(culture, $"{time.TotalSeconds:0.0} s"),
        _ => Write(culture, $"{time.TotalMinutes:0.0} min"),
    };

    /// <summary>A ratio of 0 to 1, or more where a limit is exceeded, as a percentage: <c>96 %</c>; empty for null.</summary>
    public static string Percent(double? ratio, CultureInfo? culture = null) =>
        ratio is { } known ? Write(culture, $"{known * 100:0} %") : "";

    /// <summary>A moment in UTC, in a form that sorts: <c>2026-01-31 23:59:59Z</c>.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number next to the one it is compared with: short, but never rounded to the other one.</summary>
    public static string Compared(double value, double other)
    {
        if (!double.IsFinite(value) || Math.Abs(value) >= 1e15 || value == Math.Truncate(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        for (var digits = Math.Abs(value) >= 100 ? 0 : Math.Abs(value) >= 10 ? 1 : 2; digits <= 15; digits++)
        {
            var rounded = Math.Round(value, digits);
            if (rounded != 0 && rounded.CompareTo(other) == value.CompareTo(other))
            {
                return rounded.ToString(CultureInfo.InvariantCulture);
            }
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>As <see cref="Compared"/>, for sizes: <c>76 MiB</c>.</summary>
    public static string ComparedSize(double bytes, double other)
    {
        var unit = UnitOf(bytes, limit: 1024);
        var unitBytes = Math.Pow(1024, unit);
        return $"{Compared(bytes / unitBytes, other / unitBytes)} {Names[unit]}";
    }

    /// <summary>The unit of which a size has less than so many.</summary>
    private static int UnitOf(double bytes, int limit)
    {
        var unit = 0;
        for (var size = Math.Abs(bytes); size >= limit && unit < Names.Length - 1; size /= 1024)
        {
            unit++;
        }

        return unit;
    }

    private static string Write(CultureInfo? culture, FormattableString text) => text.ToString(culture ?? CultureInfo.InvariantCulture);
}
