using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Compares members that were asked at the same time with the furthest of their cluster.</summary>
internal static class RaftProgress
{
    /// <summary>Sets in every status how far its cluster is: a member alone cannot know of entries that have not reached it.</summary>
    public static IReadOnlyList<MemberObservation> Compare(IReadOnlyList<MemberObservation> members)
    {
        var furthest = members
            .Select(m => m.Status)
            .OfType<EtcdMemberStatus>()
            .GroupBy(s => s.ClusterId, StringComparer.Ordinal)
            .ToDictionary(c => c.Key, c => c.Max(s => s.RaftIndex), StringComparer.Ordinal);
        return [.. members.Select(m => m with { Status = m.Status is { } s ? s with { ClusterRaftIndex = furthest[s.ClusterId] } : null })];
    }
}

/// <summary>
/// Asks members again that seem to be behind. Members do not answer at the same moment: at a thousand writes a second, one that answers a
/// second later seems a thousand entries behind. It is behind only if it still lacks what the others had before.
/// </summary>
internal sealed class RaftLagRecheck(MemberConnections connections)
{
    /// <summary>How far a member may be behind by default, in raft entries.</summary>
    public const ulong DefaultLimit = 1000;

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
            var now = await connections.Get(member.Address!).GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var furthest = member.Status!.ClusterRaftIndex;
            return now.MemberId != member.Status.MemberId ? member : member with
            {
                Status = member.Status with
                {
                    RaftIndex = Math.Min(now.RaftIndex, furthest),
                    RaftAppliedIndex = Math.Min(now.RaftAppliedIndex, furthest),
                    ClusterRaftIndex = furthest,
                },
            };
        }
        catch (EtcdException)
        {
            // The first answer counts.
            return member;
        }
    }
}
