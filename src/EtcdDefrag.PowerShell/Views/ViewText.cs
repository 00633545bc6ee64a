using System.Collections;
using System.Globalization;
using EtcdDefrag.Execution;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Views;

/// <summary>
/// Text for table and list views, with numbers as the user's culture writes them; messages take theirs from <see cref="Units"/>. Takes
/// plain values, so that an object that came back from a job is shown as well.
/// </summary>
public static class ViewText
{
    /// <summary>The width of the column of addresses: <c>https://</c>, the longest IPv4 address and the port.</summary>
    private const int EndpointWidth = 28;

    private static readonly ulong MaxRaftLag = new DefragRequest { Endpoints = [] }.MaxRaftLag;

    /// <summary>A size with one decimal, for example <c>10.5 MiB</c>; empty where there is none.</summary>
    public static string Size(long? bytes) => Units.Size(bytes, CultureInfo.CurrentCulture);

    /// <summary>A size both ways, for example <c>10.5 MiB (11010048 bytes)</c>; empty where there is none.</summary>
    public static string ExactSize(long? bytes) =>
        bytes is { } size ? string.Create(CultureInfo.InvariantCulture, $"{Size(size)} ({size} bytes)") : "";

    /// <summary>A ratio of 0 to 1 as a percentage, for example <c>96 %</c>.</summary>
    public static string Percent(double ratio) => Units.Percent(ratio, CultureInfo.CurrentCulture);

    /// <summary>A ratio as a percentage; empty where it is not known.</summary>
    public static string PercentOrNothing(double? ratio) => ratio is { } known ? Percent(known) : "";

    /// <summary>
    /// A ratio as a percentage, on a bar of 8 places. The bar is a background colour, which PowerShell removes wherever colour is not
    /// wanted: in files and pipes, and where NO_COLOR is set.
    /// </summary>
    public static string Bar(double ratio)
    {
        const int Places = 8;
        var filled = (int)Math.Round(Math.Clamp(ratio, 0, 1) * Places, MidpointRounding.AwayFromZero);
        var colour = ratio switch { >= 0.75 => "97;41", >= 0.45 => "30;43", _ => "30;42" };
        var text = $"{Percent(ratio),6}".PadRight(Places);
        return $"\u001b[{colour}m{text[..filled]}\u001b[97;100m{text[filled..]}\u001b[0m";
    }

    /// <summary>A duration: <c>35 ms</c>, <c>2.4 s</c>, <c>3.1 min</c>; empty for zero.</summary>
    public static string Duration(TimeSpan time) => time.Ticks == 0 ? "" : Units.Duration(time, CultureInfo.CurrentCulture);

    /// <summary>A time on the user's clock, in a form that sorts; empty where there is none.</summary>
    public static string LocalTime(DateTimeOffset? at) =>
        at?.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A day, for example <c>2030-12-31</c>; empty where there is none.</summary>
    public static string Day(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>An estimate: whole seconds, rounded up.</summary>
    public static string About(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"about {Math.Max(1, Math.Ceiling(time.TotalSeconds)):0} s");

    /// <summary>The same for a narrow column: <c>~35 s</c>.</summary>
    public static string AboutShort(TimeSpan time) => About(time).Replace("about ", "~", StringComparison.Ordinal);

    /// <summary>
    /// An address, or a name where there is none, in lines of <see cref="EndpointWidth"/>: a cut one would lose its end, which tells
    /// members apart.
    /// </summary>
    public static string Endpoint(string? endpoint, string? name = null)
    {
        var rest = DisplayText.Value(string.IsNullOrEmpty(endpoint) ? name : endpoint);
        var lines = new List<string>();
        while (rest.Length > EndpointWidth)
        {
            // Behind a separator where there is one in the second half: the name is easier to read in one piece.
            var end = rest.LastIndexOfAny(['.', '-', ':', '/'], EndpointWidth - 1) + 1;
            end = end > EndpointWidth / 2 ? end : EndpointWidth;
            lines.Add(rest[..end]);
            rest = rest[end..];
        }

        return string.Join('\n', [.. lines, rest]);
    }

    /// <summary>Text from elsewhere, such as a name, escaped and bounded; a list of texts with commas between.</summary>
    public static string Text(object? value) => value is IEnumerable list and not string
        ? string.Join(", ", list.Cast<object?>().Select(Text))
        : DisplayText.Of(Convert.ToString(value, CultureInfo.InvariantCulture));

    /// <summary>Sentences that may hold text from elsewhere, each on a line of its own.</summary>
    public static string Lines(IEnumerable? sentences) =>
        string.Join('\n', (sentences ?? Array.Empty<object>()).Cast<object?>().Select(Text));

    /// <summary>What was done or is to be done, and why, where that is known: <c>Skipped: ...</c>.</summary>
    public static string Because(string what, string? reason) => string.IsNullOrEmpty(reason) ? what : $"{what}: {DisplayText.Of(reason)}";

    /// <summary>A member's role, its alarms, and its raft lag where a run would refuse because of it; one a line.</summary>
    public static string StateLines(bool isLeader, bool isLearner, IEnumerable? alarms, ulong raftLag = 0)
    {
        var state = StateParts(isLeader, isLearner, alarms);
        return string.Join('\n', raftLag > MaxRaftLag ? state.Append($"{raftLag}\nbehind") : state);
    }

    /// <summary>A member's role in its cluster, and its alarms: <c>leader</c>, <c>follower, NOSPACE</c>.</summary>
    public static string State(bool isLeader, bool isLearner, IEnumerable? alarms) =>
        string.Join(", ", StateParts(isLeader, isLearner, alarms));

    /// <summary>How a message names a member: its address, with its name and role in brackets.</summary>
    public static string Member(string endpoint, string name, bool isLeader)
    {
        string[] details = [DisplayText.Value(name), isLeader ? "leader" : ""];
        var known = string.Join(", ", details.Where(d => d.Length > 0));
        return DisplayText.Value(endpoint) + (known.Length == 0 ? "" : $" ({known})");
    }

    /// <summary>An alarm (<see cref="EtcdAlarmType"/>, or its name) as etcd names it: <c>NOSPACE</c>.</summary>
    public static string Alarm(object alarm) => alarm is EtcdAlarmType type
        ? AlarmNames.Of(type)
        : Convert.ToString(alarm, CultureInfo.InvariantCulture)!.ToUpperInvariant();

    private static IEnumerable<string> StateParts(bool isLeader, bool isLearner, IEnumerable? alarms) =>
        (alarms ?? Array.Empty<object>()).Cast<object>().Select(Alarm).Prepend(isLeader ? "leader" : isLearner ? "learner" : "follower");
}
