using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>
/// Writes numbers for people: short, but never so short that a number looks equal to the one it is compared with and is not.
/// </summary>
internal static class NumberText
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Writes a number that is compared with another.</summary>
    public static string Write(double value, double other, bool isBytes)
    {
        var unit = isBytes ? UnitOf(value) : 0;
        var scale = Math.Pow(1024, unit);
        var text = Round(value / scale, other / scale);
        return isBytes ? $"{text} {Units[unit]}" : text;
    }

    private static int UnitOf(double value)
    {
        var unit = 0;
        for (var size = Math.Abs(value); size >= 1024 && unit < Units.Length - 1; size /= 1024)
        {
            unit++;
        }

        return unit;
    }

    private static string Round(double value, double other)
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
}
