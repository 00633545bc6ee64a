using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Maintenance;

/// <summary>A snapshot that is asked for, of one of the members that the endpoints name.</summary>
internal sealed record SnapshotRequest(IReadOnlyList<EtcdEndpoint> Endpoints, string Path, bool Overwrite)
{
    public const string NameAnother = "Name another file, or use -Force (--overwrite) to replace it.";
}

/// <summary>Whose database is saved, and where.</summary>
internal sealed record SnapshotPlan(ClusterSnapshot Snapshot, MemberObservation Member, string Path, bool Overwrite)
{
    /// <summary>
    /// Chooses the member: of those that were named and can be saved, a follower that is up to date before the leader, which has more to
    /// do. Pure.
    /// </summary>
    /// <exception cref="MaintenanceException">No member that was named can be saved.</exception>
    public static SnapshotPlan Create(ClusterSnapshot snapshot, SnapshotRequest request)
    {
        var named = snapshot.Members.Where(m => m.MemberId is null || snapshot.GivenMemberIds.Contains(m.MemberId)).ToArray();
        var member = named
            .Where(m => FindFault(m) is null)
            .OrderBy(m => m.Status!.IsLeader)
            .ThenByDescending(m => m.Status!.RaftAppliedIndex)
            .FirstOrDefault() ?? throw new MaintenanceException(
                $"No member that was named can be saved: {string.Join(' ', named.Select(Complain))}",
                snapshot.FindRemedy() ?? "See Test-EtcdClusterHealth (etcd-defrag health), and name a member that is healthy.");
        return new SnapshotPlan(snapshot, member, request.Path, request.Overwrite);
    }

    private static string Complain(MemberObservation member) => member.Failure?.Message ?? $"{member.DisplayName}: {FindFault(member)}.";

    private static string? FindFault(MemberObservation member) => LeaderMovePlan.FindFault(member, RaftLagRecheck.DefaultLimit);
}
