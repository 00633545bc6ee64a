using System.Globalization;
using EtcdDefrag.Events;

namespace EtcdDefrag.Reporting;

/// <summary>What an item of a report says.</summary>
internal enum ReportItemKind
{
    /// <summary>What became of a member in a run.</summary>
    Result,

    /// <summary>What a run would do with a member.</summary>
    Step,

    /// <summary>A member as it is, or as it was when it was judged.</summary>
    Status,

    /// <summary>An event of a run or a monitor.</summary>
    Event,
}

/// <summary>
/// One thing that a report shows: a result, a step of a plan, a member's status, an event. Read by the names of its properties, which are
/// the same for the module's objects, those that were exported and imported again, and the lines of JSON that <c>etcd-defrag</c> writes.
/// </summary>
internal sealed record ReportItem
{
    public required ReportItemKind Kind { get; init; }

    /// <summary>The cluster: its name in a monitor's configuration, or its id; empty where the item does not say.</summary>
    public string Cluster { get; init; } = "";

    public string Endpoint { get; init; } = "";

    public string Name { get; init; } = "";

    public bool IsLeader { get; init; }

    /// <summary>The size of the database's file in bytes: before a defragmentation, or as it is.</summary>
    public long? Size { get; init; }

    /// <summary>The part of <see cref="Size"/> in use, in bytes.</summary>
    public long? InUse { get; init; }

    /// <summary>The size after a defragmentation, in bytes.</summary>
    public long? SizeAfter { get; init; }

    /// <summary>The member's quota in bytes.</summary>
    public long? Quota { get; init; }

    /// <summary>The outcome, the action, the member's place in the cluster, or the event's name.</summary>
    public string State { get; init; } = "";

    /// <summary>The reason, or the event's message.</summary>
    public string Text { get; init; } = "";

    /// <summary>When a result's defragmentation began, or an event happened.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>How long the member did not answer; for a step how long it is expected not to.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>Whether somebody has to look at it.</summary>
    public bool IsProblem { get; init; }

    /// <summary>The member as people call it.</summary>
    public string Member => Name.Length == 0 ? Endpoint : $"{Name} ({Endpoint})";

    /// <summary>The item that a monitor's event is.</summary>
    public static ReportItem? Of(EtcdMonitorEvent entry) => Read(name => name switch
    {
        nameof(entry.At) => entry.At,
        nameof(entry.Level) => entry.Level,
        nameof(entry.Event) => entry.Event,
        nameof(entry.Cluster) => entry.Cluster,
        nameof(entry.Message) => entry.Message,
        nameof(entry.Endpoint) => entry.Endpoint,
        nameof(entry.Name) => entry.Name,
        nameof(entry.IsDue) => entry.IsDue,
        nameof(entry.Outcome) => entry.Outcome,
        nameof(entry.DbSizeBefore) => entry.DbSizeBefore,
        nameof(entry.DbSizeInUseBefore) => entry.DbSizeInUseBefore,
        nameof(entry.DbSizeAfter) => entry.DbSizeAfter,
        nameof(entry.Duration) => entry.Duration,
        nameof(entry.Reason) => entry.Reason,
        _ => null,
    });

    /// <summary>Reads an item by the names of its properties.</summary>
    /// <param name="get">Gives a property without regard to case, or null. Numbers may be any of .NET's; times and durations may be text.</param>
    /// <returns>The item; null where this is nothing that a report shows.</returns>
    public static ReportItem? Read(Func<string, object?> get)
    {
        var item = new ReportItem
        {
            Kind = ReportItemKind.Event,
            Cluster = Words(get("Cluster")) is { Length: > 0 } name ? name : Words(get("ClusterId")),
            Endpoint = Words(get("Endpoint")),
            Name = Words(get("Name")),
            IsLeader = get("IsLeader") is true,
            Size = Number(get("DbSizeBefore")) ?? Number(get("DbSize")),
            InUse = Number(get("DbSizeInUseBefore")) ?? Number(get("DbSizeInUse")),
            SizeAfter = Number(get("DbSizeAfter")),
            Quota = Number(get("DbQuota")),
            At = Time(get("StartedAt")) ?? Time(get("At")) ?? Time(get("Time")),
            Pause = Duration(get("Duration")) ?? Duration(get("TookSeconds")) ?? Duration(get("EstimatedPause"))
                ?? Duration(get("EstimatedPauseSeconds")),
            Text = Words(get("Message")) is { Length: > 0 } message ? message : Words(get("Reason")),
        };
        if (Words(get("Event")) is { Length: > 0 } eventName)
        {
            item = item with { State = eventName, IsProblem = Words(get("Level")).ToUpperInvariant() is "WARNING" or "ERROR" };
            if (item.Endpoint.Length > 0 && get("IsDue") is bool isDue)
            {
                return item with { Kind = ReportItemKind.Status, State = isDue ? "due" : "not due", Text = Words(get("Reason")) };
            }
        }

        // What a monitor left alone is said by its judgement of the member, at every check.
        if (Words(get("Outcome")) is { Length: > 0 } outcome && item.Endpoint.Length > 0 && (item.State.Length == 0 || outcome != "Skipped"))
        {
            // An event comes at the end of what it reports.
            var result = item with
            {
                State = outcome,
                Text = Words(get("Reason")),
                At = get("StartedAt") is null ? item.At - (item.Pause ?? TimeSpan.Zero) : item.At,
                IsProblem = outcome is not ("Defragmented" or "Skipped"),
            };
            return get("IsDryRun") is true
                ? result with { Kind = ReportItemKind.Step, At = null, Pause = null, IsProblem = false }
                : result with { Kind = ReportItemKind.Result };
        }

        if (item.State.Length > 0)
        {
            return item;
        }

        if (Words(get("Action")) is { Length: > 0 } action && item.Endpoint.Length > 0)
        {
            return item with { Kind = ReportItemKind.Step, State = action };
        }

        return item is { Endpoint.Length: > 0, Size: not null }
            ? item with { Kind = ReportItemKind.Status, State = PlaceOf(item, get), Text = string.Join(' ', List(get("Errors"))) }
            : null;
    }

    private static string PlaceOf(ReportItem item, Func<string, object?> get) =>
        item.IsLeader ? "leader" : get("IsLearner") is true ? "learner" : "follower";

    private static string Words(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static IEnumerable<string> List(object? value) => value is IEnumerable<object?> several ? several.Select(Words) : [];

    private static long? Number(object? value) => value switch
    {
        long or int or uint or short or byte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double number when Math.Abs(number) < long.MaxValue => (long)number,
        _ => null,
    };

    /// <summary>A moment, or its text; null for anything else.</summary>
    public static DateTimeOffset? Time(object? value) => value switch
    {
        DateTimeOffset time => time,
        DateTime time => new DateTimeOffset(time),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => null,
    };

    private static TimeSpan? Duration(object? value) => value switch
    {
        TimeSpan time => time,
        double or long or int when Convert.ToDouble(value, CultureInfo.InvariantCulture) is >= 0 and < 1e9 and var seconds =>
            TimeSpan.FromSeconds(seconds),
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) => time,
        _ => null,
    };
}
