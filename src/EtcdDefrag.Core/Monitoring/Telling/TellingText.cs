using System.Globalization;

namespace EtcdDefrag.Monitoring.Telling;

/// <summary>Sizes, times and members within sentences: the same in every culture, since logs are searched.</summary>
internal static class TellingText
{
    private static readonly (string Unit, double Bytes)[] Units = [("TiB", Math.Pow(2, 40)), ("GiB", Math.Pow(2, 30)), ("MiB", Math.Pow(2, 20)), ("KiB", 1024)];

    public static string Size(long? bytes)
    {
        if (bytes is not { } size)
        {
            return "an unknown size";
        }

        var (unit, unitBytes) = Array.Find(Units, u => Math.Abs((double)size) >= u.Bytes);
        return unit is null ? Count((int)size, "byte", "bytes") : string.Create(CultureInfo.InvariantCulture, $"{size / unitBytes:0.0} {unit}");
    }

    public static string Duration(TimeSpan time) => time.TotalMinutes < 1.5
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} min");

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Member(string endpoint, string name, bool isLeader)
    {
        string[] details = [name, isLeader ? "leader" : ""];
        var known = string.Join(", ", details.Where(d => d.Length > 0));
        return known.Length == 0 ? endpoint : $"{endpoint} ({known})";
    }

    public static string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
}
