using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>Looks at the whole cluster: everything the guards want to know, at one moment.</summary>
internal sealed class ClusterLook(MemberConnections connections, TimeProvider time)
{
    private readonly ClusterInspector _inspector = new(connections, time);
    private readonly IdentityProbe _identity = new(connections);

    public async Task<GuardContext> TakeAsync(RunState run, CancellationToken cancellationToken)
    {
        var snapshot = run.Request.NamedMembersOnly
            ? await _inspector.InspectNamedMembersAsync(run.Request.Endpoints, InspectionScope.Health, cancellationToken).ConfigureAwait(false)
            : await _inspector.InspectClusterAsync(run.Request.Endpoints, InspectionScope.Health, cancellationToken).ConfigureAwait(false);
        snapshot = await LookTwiceAsync(run.LeaveOutRemoved(snapshot), run.Request.MaxRaftLag, cancellationToken).ConfigureAwait(false);
        return new GuardContext(snapshot, HealthJudge.Judge(snapshot))
        {
            PendingIds = run.PendingIds,
            IdentityProblems = await _identity.FindProblemsAsync(
                snapshot, run.Request.Endpoints, nameMembers: !run.Request.WholeCluster, cancellationToken).ConfigureAwait(false),
            AllowsSmallCluster = run.Request.AllowSmallCluster,
            MaxRaftLag = run.Request.MaxRaftLag,
        };
    }

    /// <summary>
    /// Members do not answer at the same moment: where a thousand entries are written a second, one that is a second away seems a
    /// thousand behind. Whoever seems to be is asked again, and is behind only if it still lacks what the others had before that.
    /// </summary>
    private async Task<ClusterSnapshot> LookTwiceAsync(ClusterSnapshot snapshot, ulong limit, CancellationToken cancellationToken)
    {
        var members = await Task.WhenAll(snapshot.Members.Select(
            m => m is { IsLearner: false, Address: not null, Status: { } status } && status.RaftLag > limit
                ? AskAgainAsync(m, cancellationToken)
                : Task.FromResult(m))).ConfigureAwait(false);
        return snapshot with { Members = members };
    }

    private async Task<MemberObservation> AskAgainAsync(MemberObservation member, CancellationToken cancellationToken)
    {
        try
        {
            var now = await connections.Get(member.Address!).GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var furthest = member.Status!.ClusterRaftIndex;
            return now.MemberId != member.Status.MemberId ? member : member with
            {
                Status = member.Status with
                {
                    RaftIndex = Math.Min(now.RaftIndex, furthest), RaftAppliedIndex = Math.Min(now.RaftAppliedIndex, furthest), ClusterRaftIndex = furthest,
                },
            };
        }
        catch (EtcdException)
        {
            // What was seen first stands.
            return member;
        }
    }
}
