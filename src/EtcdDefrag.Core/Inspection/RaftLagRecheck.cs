using EtcdDefrag.Connection;

namespace EtcdDefrag.Inspection;

/// <summary>Asks members again that seem to be behind.</summary>
public sealed class RaftLagRecheck
{
    /// <summary>How far a member may be behind where nothing else is said, in raft entries.</summary>
    public const ulong DefaultLimit = 1000;

    private readonly MemberConnections _connections;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    public RaftLagRecheck(MemberConnections connections) => _connections = connections;

    /// <summary>
    /// Members do not answer at the same moment: where a thousand entries are written a second, one that is a second away seems a
    /// thousand behind. Whoever seems to be is asked again, and is behind only if it still lacks what the others had before that.
    /// </summary>
    /// <param name="snapshot">What they said.</param>
    /// <param name="limit">How far a member may be behind, in raft entries.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterSnapshot> RecheckAsync(ClusterSnapshot snapshot, ulong limit, CancellationToken cancellationToken)
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
            var now = await _connections.Get(member.Address!).GetStatusAsync(cancellationToken).ConfigureAwait(false);
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
