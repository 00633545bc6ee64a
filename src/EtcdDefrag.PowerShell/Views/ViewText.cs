using System.Collections;
using System.Globalization;
using EtcdDefrag.Model;

namespace EtcdDefrag.PowerShell.Views;

/// <summary>
/// Text for people: table cells and messages, with numbers as the user's culture writes them. Takes plain values, so that an object
/// that came back from a job is shown as well.
/// </summary>
public static class ViewText
{
    private static readonly (string Unit, double Bytes)[] Units =
        [("TiB", Math.Pow(2, 40)), ("GiB", Math.Pow(2, 30)), ("MiB", Math.Pow(2, 20)), ("KiB", Math.Pow(2, 10))];

    /// <summary>A size with one decimal, for example <c>10.5 MiB</c>; empty where there is none.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static string Size(long? bytes)
    {
        if (bytes is not { } size)
        {
            return "";
        }

        // Never four digits before the point: the columns are narrow.
        var (unit, unitBytes) = Array.Find(Units, u => Math.Abs((double)size) >= u.Bytes / 1024 * 1000);
        return unit is null
            ? string.Create(CultureInfo.CurrentCulture, $"{size} B")
            : string.Create(CultureInfo.CurrentCulture, $"{size / unitBytes:0.0} {unit}");
    }

    /// <summary>A size both ways, for example <c>10.5 MiB (11010048 bytes)</c>; empty where there is none.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static string ExactSize(long? bytes) =>
        bytes is { } size ? string.Create(CultureInfo.InvariantCulture, $"{Size(size)} ({size} bytes)") : "";

    /// <summary>A ratio as a percentage, for example <c>96 %</c>.</summary>
    /// <param name="ratio">0 to 1.</param>
    public static string Percent(double ratio) => string.Create(CultureInfo.CurrentCulture, $"{ratio * 100:0} %");

    /// <summary>
    /// A ratio as a percentage and a bar of 8 places. The bar is colour on blanks, which PowerShell takes away wherever colour is not
    /// wanted: in files and pipes, and where NO_COLOR is set.
    /// </summary>
    /// <param name="ratio">0 to 1.</param>
    public static string Bar(double ratio)
    {
        const int Places = 8;
        var filled = (int)Math.Round(Math.Clamp(ratio, 0, 1) * Places, MidpointRounding.AwayFromZero);
        var colour = ratio switch { >= 0.75 => 41, >= 0.45 => 43, _ => 42 };
        return string.Create(
            CultureInfo.CurrentCulture, $"{Percent(ratio),5} \u001b[{colour}m{new string(' ', filled)}\u001b[100m{new string(' ', Places - filled)}\u001b[0m");
    }

    /// <summary>A share of something that may not be known; empty where it is not.</summary>
    /// <param name="ratio">0 to 1, and more where a limit is passed.</param>
    public static string PercentOrNothing(double? ratio) => ratio is { } known ? Percent(known) : "";

    /// <summary>Alarms by etcd's names, with commas between.</summary>
    /// <param name="alarms">The alarms, as <see cref="EtcdAlarmType"/> or as their names.</param>
    public static string Alarms(IEnumerable? alarms) => string.Join(", ", (alarms ?? Array.Empty<object>()).Cast<object>().Select(AlarmName));

    /// <summary>A time as people say it: <c>35 ms</c>, <c>2.4 s</c>, <c>3.1 min</c>; empty for none at all.</summary>
    /// <param name="time">The time.</param>
    public static string Duration(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "",
        { TotalSeconds: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1.5 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{time.TotalMinutes:0.0} min"),
    };

    /// <summary>A moment on the user's clock, as it is sorted; empty where there is none.</summary>
    /// <param name="at">The moment.</param>
    public static string LocalTime(DateTimeOffset? at) => at?.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A time that is only guessed at: whole seconds, rounded up.</summary>
    /// <param name="time">The time.</param>
    public static string About(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"about {Math.Max(1, Math.Ceiling(time.TotalSeconds)):0} s");

    /// <summary>A member's part in its cluster, and its alarms: <c>leader</c>, <c>follower, NOSPACE</c>.</summary>
    /// <param name="isLeader">Whether it leads.</param>
    /// <param name="isLearner">Whether it is a learner.</param>
    /// <param name="alarms">Its alarms, as <see cref="EtcdAlarmType"/> or as their names.</param>
    public static string State(bool isLeader, bool isLearner, IEnumerable? alarms) =>
        string.Join(", ", (alarms ?? Array.Empty<object>()).Cast<object>().Select(AlarmName).Prepend(Role(isLeader, isLearner)));

    /// <summary>A member's part in its cluster: <c>leader</c>, <c>follower</c> or <c>learner</c>.</summary>
    /// <param name="isLeader">Whether it leads.</param>
    /// <param name="isLearner">Whether it is a learner.</param>
    public static string Role(bool isLeader, bool isLearner) => (isLeader, isLearner) switch
    {
        (true, _) => "leader",
        (_, true) => "learner",
        _ => "follower",
    };

    /// <summary>How a message names a member: its address, with its name and part in brackets.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="name">The name; may be empty.</param>
    /// <param name="isLeader">Whether it leads.</param>
    public static string Member(string endpoint, string name, bool isLeader)
    {
        string[] details = [name, isLeader ? "leader" : ""];
        var known = string.Join(", ", details.Where(d => !string.IsNullOrEmpty(d)));
        return known.Length == 0 ? endpoint : $"{endpoint} ({known})";
    }

    private static string AlarmName(object alarm) => alarm is EtcdAlarmType type
        ? AlarmNames.Of(type)
        : Convert.ToString(alarm, CultureInfo.InvariantCulture)!.ToUpperInvariant();
}
