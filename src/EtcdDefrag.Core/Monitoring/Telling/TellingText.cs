using System.Globalization;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Telling;

/// <summary>Sizes, times and members within sentences: the same in every culture, since logs are searched.</summary>
internal static class TellingText
{
    public static string Size(long? bytes) => bytes switch
    {
        null => "an unknown size",
        > -1000 and < 1000 => Count((int)bytes, "byte", "bytes"),
        _ => Units.Size(bytes),
    };

    public static string Duration(TimeSpan time) => time.TotalMinutes < 1.5
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} min");

    public static string Time(DateTimeOffset at) => Units.Time(at);

    public static string Member(string endpoint, string name, bool isLeader)
    {
        string[] details = [name, isLeader ? "leader" : ""];
        var known = string.Join(", ", details.Where(d => d.Length > 0));
        return known.Length == 0 ? endpoint : $"{endpoint} ({known})";
    }

    public static string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
}
