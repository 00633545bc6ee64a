using EtcdDefrag.Model;

namespace EtcdDefrag.Execution;

/// <summary>What two readings of <c>/metrics</c> prove about a defragmentation. A page of another member proves nothing. Pure.</summary>
internal static class DefragProof
{
    public static bool IsRunning(EtcdMemberMetrics? before, EtcdMemberMetrics now) =>
        IsSameMember(before, now) && !HasRestarted(before, now) && now.IsDefragmenting is true;

    public static bool HasFinished(EtcdMemberMetrics? before, EtcdMemberMetrics now) =>
        IsSameMember(before, now) && !HasRestarted(before, now) && before?.DefragmentationCount < now.DefragmentationCount;

    /// <summary>Whether the process was restarted meanwhile, so that a defragmentation has ended.</summary>
    public static bool HasRestarted(EtcdMemberMetrics? before, EtcdMemberMetrics now) =>
        IsSameMember(before, now)
        && before?.ProcessStartedAt is { } started && now.ProcessStartedAt is { } startedNow && started != startedNow;

    private static bool IsSameMember(EtcdMemberMetrics? before, EtcdMemberMetrics now) =>
        before?.MemberId is not { } own || now.MemberId is not { } answered || own == answered;
}
