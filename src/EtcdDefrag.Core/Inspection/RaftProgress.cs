using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Holds members that were asked at the same time against the furthest of their cluster. Pure.</summary>
public static class RaftProgress
{
    /// <summary>
    /// Tells every status how far its cluster is: a member alone cannot know of entries that have not reached it.
    /// </summary>
    /// <param name="members">What the members said, of one cluster as a rule.</param>
    public static IReadOnlyList<MemberObservation> Compare(IReadOnlyList<MemberObservation> members)
    {
        var furthest = members
            .Select(m => m.Status)
            .OfType<EtcdMemberStatus>()
            .GroupBy(s => s.ClusterId, StringComparer.Ordinal)
            .ToDictionary(c => c.Key, c => c.Max(s => s.RaftIndex), StringComparer.Ordinal);
        return [.. members.Select(m => m.Status is { } status ? m with { Status = status with { ClusterRaftIndex = furthest[status.ClusterId] } } : m)];
    }
}
