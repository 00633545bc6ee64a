using EtcdDefrag.Model;

namespace EtcdDefrag.Execution;

/// <summary>What can be concluded about a member whose answer to Defragment did not come.</summary>
internal enum DefragEvidence
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It is at it.</summary>
    Running,

    /// <summary>It has run to its end.</summary>
    Finished,

    /// <summary>The process was started anew meanwhile: nothing goes on by itself any more.</summary>
    Restarted,
}

/// <summary>Compares what was known before the call with what is seen after it. Pure.</summary>
internal static class DefragProof
{
    /// <summary>What two readings of <c>/metrics</c> prove.</summary>
    public static DefragEvidence Of(EtcdMemberMetrics? before, EtcdMemberMetrics now)
    {
        if (before?.MemberId is { } own && now.MemberId is { } answered && own != answered)
        {
            // A page of another member proves nothing.
            return DefragEvidence.None;
        }

        if (before?.ProcessStartedAt is { } started && now.ProcessStartedAt is { } startedNow && started != startedNow)
        {
            return DefragEvidence.Restarted;
        }

        if (now.IsDefragmenting is true)
        {
            return DefragEvidence.Running;
        }

        return before?.DefragmentationCount < now.DefragmentationCount ? DefragEvidence.Finished : DefragEvidence.None;
    }

    /// <summary>Whether the file itself proves it: nothing but a defragmentation makes it smaller.</summary>
    public static bool HasShrunk(long sizeBefore, EtcdMemberStatus now) => now.DbSize < sizeBefore;
}
