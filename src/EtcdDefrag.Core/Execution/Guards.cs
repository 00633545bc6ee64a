using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Execution;

/// <summary>What the guards look at before a step.</summary>
/// <param name="Snapshot">The whole cluster, a moment ago.</param>
/// <param name="Health">The verdict on it.</param>
public sealed record GuardContext(ClusterSnapshot Snapshot, EtcdClusterHealth Health);

/// <summary>A reason not to touch any member now.</summary>
/// <param name="Rule">The rule's name, which is also the error id.</param>
/// <param name="Reason">What was seen.</param>
/// <param name="WayOut">What can be done about it.</param>
public sealed record GuardRefusal(string Rule, string Reason, string WayOut);

/// <summary>A condition that must not hold when a member is defragmented.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Check">Says what is wrong, or null.</param>
/// <param name="WayOut">What can be done when it refuses.</param>
public sealed record Guard(string Name, Func<GuardContext, string?> Check, string WayOut);

/// <summary>The guards, in the order in which they are asked: the first to refuse gives the reason.</summary>
public static class Guards
{
    /// <summary>Every guard.</summary>
    public static IReadOnlyList<Guard> All { get; } =
    [
        new("CorruptAlarm", FindCorruptAlarm, "Find out which member's data is damaged and replace that member; see etcd's guide to data corruption."),
        new("MemberUnhealthy", FindUnhealthyMember, "Bring every member back first: without it, the pause of another could cost the cluster its quorum."),
        new("NoSingleLeader", FindMissingLeader, "Wait for the election to end and look at the network between the members."),
    ];

    /// <summary>Asks every guard; the first refusal, or null where all hold.</summary>
    /// <param name="context">What is known.</param>
    public static GuardRefusal? FindRefusal(GuardContext context) =>
        All.Select(g => g.Check(context) is { } reason ? new GuardRefusal(g.Name, reason, g.WayOut) : null).FirstOrDefault(r => r is not null);

    private static string? FindCorruptAlarm(GuardContext context)
    {
        var corrupt = context.Snapshot.Alarms.Where(a => a.AlarmType == EtcdAlarmType.Corrupt).Select(a => a.MemberId).Distinct().ToArray();
        return corrupt.Length == 0 ? null : $"The CORRUPT alarm is armed for member {string.Join(", ", corrupt)}.";
    }

    private static string? FindUnhealthyMember(GuardContext context)
    {
        var unhealthy = context.Health.Members.Where(m => !m.IsHealthy).ToArray();
        return unhealthy.Length == 0 ? null : string.Join(" ", context.Health.Reasons);
    }

    private static string? FindMissingLeader(GuardContext context) =>
        context.Health.IsHealthy ? null : string.Join(" ", context.Health.Reasons);
}
