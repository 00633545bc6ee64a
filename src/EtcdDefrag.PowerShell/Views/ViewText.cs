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
    public const int EndpointWidth = 28;

    private static readonly ulong MaxRaftLag = new DefragRequest { Endpoints = [] }.MaxRaftLag;

    /// <summary>A size with one decimal, for example <c>10.5 MiB</c>; empty where there is none.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static string Size(long? bytes) => Units.Size(bytes, CultureInfo.CurrentCulture);

    /// <summary>A size both ways, for example <c>10.5 MiB (11010048 bytes)</c>; empty where there is none.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static string ExactSize(long? bytes) =>
        bytes is { } size ? string.Create(CultureInfo.InvariantCulture, $"{Size(size)} ({size} bytes)") : "";

    /// <summary>A ratio as a percentage, for example <c>96 %</c>.</summary>
    /// <param name="ratio">0 to 1.</param>
    public static string Percent(double ratio) => Units.Percent(ratio, CultureInfo.CurrentCulture);

    /// <summary>
    /// A ratio as a percentage, on a bar of 8 places. The bar is colour behind the text, which PowerShell takes away wherever colour is
    /// not wanted: in files and pipes, and where NO_COLOR is set.
    /// </summary>
    /// <param name="ratio">0 to 1.</param>
    public static string Bar(double ratio)
    {
        const int Places = 8;
        var filled = (int)Math.Round(Math.Clamp(ratio, 0, 1) * Places, MidpointRounding.AwayFromZero);
        var colour = ratio switch { >= 0.75 => "97;41", >= 0.45 => "30;43", _ => "30;42" };
        var text = $"{Percent(ratio),6}".PadRight(Places);
        return $"\u001b[{colour}m{text[..filled]}\u001b[97;100m{text[filled..]}\u001b[0m";
    }

    /// <summary>A share of something that may not be known; empty where it is not.</summary>
    /// <param name="ratio">0 to 1, and more where a limit is passed.</param>
    public static string PercentOrNothing(double? ratio) => ratio is { } known ? Percent(known) : "";

    /// <summary>A time as people say it: <c>35 ms</c>, <c>2.4 s</c>, <c>3.1 min</c>; empty for none at all.</summary>
    /// <param name="time">The time.</param>
    public static string Duration(TimeSpan time) => time.Ticks == 0 ? "" : Units.Duration(time, CultureInfo.CurrentCulture);

    /// <summary>A moment on the user's clock, as it is sorted; empty where there is none.</summary>
    /// <param name="at">The moment.</param>
    public static string LocalTime(DateTimeOffset? at) => at?.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A time that is only guessed at: whole seconds, rounded up.</summary>
    /// <param name="time">The time.</param>
    public static string About(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"about {Math.Max(1, Math.Ceiling(time.TotalSeconds)):0} s");

    /// <summary>The same for a narrow column: <c>~35 s</c>.</summary>
    /// <param name="time">The time.</param>
    public static string AboutShort(TimeSpan time) => About(time).Replace("about ", "~", StringComparison.Ordinal);

    /// <summary>
    /// An address for a column of <see cref="EndpointWidth"/>: a longer one goes on in the next line, since it is the end that tells
    /// members apart.
    /// </summary>
    /// <param name="endpoint">The address; may be empty.</param>
    /// <param name="name">What stands in its place where there is none.</param>
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

    /// <summary>Text that came from elsewhere, such as a name, escaped and bounded; a list of texts with commas between.</summary>
    /// <param name="value">The text, a list of texts, or anything else that a cell can show.</param>
    public static string Text(object? value) => value is IEnumerable list and not string
        ? string.Join(", ", list.Cast<object?>().Select(Text))
        : DisplayText.Of(Convert.ToString(value, CultureInfo.InvariantCulture));

    /// <summary>Sentences that may hold text from elsewhere, each on a line of its own.</summary>
    /// <param name="sentences">The sentences.</param>
    public static string Lines(IEnumerable? sentences) =>
        string.Join('\n', (sentences ?? Array.Empty<object>()).Cast<object?>().Select(Text));

    /// <summary>What was done or is to be done, and why: <c>Skipped: ...</c>; without the reason where there is none.</summary>
    /// <param name="what">For example the outcome.</param>
    /// <param name="reason">The reason; may be empty.</param>
    public static string Because(string what, string? reason) => string.IsNullOrEmpty(reason) ? what : $"{what}: {DisplayText.Of(reason)}";

    /// <summary>
    /// What makes a member special, one a line for a narrow column: its part, its alarms, and how many raft entries it is behind where
    /// a run would refuse because of them.
    /// </summary>
    /// <param name="isLeader">Whether it leads.</param>
    /// <param name="isLearner">Whether it is a learner.</param>
    /// <param name="alarms">Its alarms, as <see cref="EtcdAlarmType"/> or as their names.</param>
    /// <param name="raftLag">How many raft entries it is behind.</param>
    public static string StateLines(bool isLeader, bool isLearner, IEnumerable? alarms, ulong raftLag = 0)
    {
        var state = StateParts(isLeader, isLearner, alarms);
        return string.Join('\n', raftLag > MaxRaftLag ? state.Append($"{raftLag}\nbehind") : state);
    }

    /// <summary>A member's part in its cluster, and its alarms: <c>leader</c>, <c>follower, NOSPACE</c>.</summary>
    /// <param name="isLeader">Whether it leads.</param>
    /// <param name="isLearner">Whether it is a learner.</param>
    /// <param name="alarms">Its alarms, as <see cref="EtcdAlarmType"/> or as their names.</param>
    public static string State(bool isLeader, bool isLearner, IEnumerable? alarms) =>
        string.Join(", ", StateParts(isLeader, isLearner, alarms));

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
        string[] details = [DisplayText.Value(name), isLeader ? "leader" : ""];
        var known = string.Join(", ", details.Where(d => !string.IsNullOrEmpty(d)));
        return DisplayText.Value(endpoint) + (known.Length == 0 ? "" : $" ({known})");
    }

    /// <summary>An alarm by etcd's name: <c>NOSPACE</c>.</summary>
    /// <param name="alarm">The alarm, as <see cref="EtcdAlarmType"/> or as its name.</param>
    public static string Alarm(object alarm) => alarm is EtcdAlarmType type
        ? AlarmNames.Of(type)
        : Convert.ToString(alarm, CultureInfo.InvariantCulture)!.ToUpperInvariant();

    private static IEnumerable<string> StateParts(bool isLeader, bool isLearner, IEnumerable? alarms) =>
        (alarms ?? Array.Empty<object>()).Cast<object>().Select(Alarm).Prepend(Role(isLeader, isLearner));
}
