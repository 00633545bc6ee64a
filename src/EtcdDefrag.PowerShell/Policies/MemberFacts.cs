using EtcdDefrag.Model;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>Plain numbers as a member that a policy can judge. Whose they are does not matter to it.</summary>
internal sealed record MemberFacts
{
    private const string Placeholder = "given";

    public required long DbSize { get; init; }

    public required long DbSizeInUse { get; init; }

    public long? DbQuota { get; init; }

    public bool HasNoQuota { get; init; }

    public bool IsLeader { get; init; }

    public bool IsLearner { get; init; }

    public string? Version { get; init; }

    public ulong RaftLag { get; init; }

    public IReadOnlyList<EtcdAlarmType> Alarms { get; init; } = [];

    /// <summary>Judges the numbers.</summary>
    /// <exception cref="RuleEvaluationException">The policy's rule asks for something that is not among them.</exception>
    public EtcdPolicyResult Judge(EtcdDefragPolicy policy)
    {
        var verdict = policy.Judge(ToStatus());
        return new EtcdPolicyResult
        {
            IsLeader = IsLeader,
            IsMatch = verdict.IsMatch,
            Reason = verdict.Reason,
            Warning = verdict.Warning,
            DbSize = DbSize,
            DbSizeInUse = DbSizeInUse,
            DbQuota = DbQuota > 0 ? DbQuota : null,
        };
    }

    private EtcdMemberStatus ToStatus() => new()
    {
        Endpoint = Placeholder,
        MemberId = Placeholder,
        ClusterId = Placeholder,
        LeaderId = IsLeader ? Placeholder : "",
        Version = Version ?? "",
        DbSize = DbSize,
        DbSizeInUse = DbSizeInUse,
        DbQuota = DbQuota > 0 ? DbQuota : null,
        DbQuotaSource = DbQuota > 0 ? EtcdQuotaSource.Given : HasNoQuota ? EtcdQuotaSource.None : EtcdQuotaSource.Unknown,
        IsLearner = IsLearner,
        Revision = 0,
        RaftTerm = 0,
        RaftIndex = RaftLag,
        RaftAppliedIndex = 0,
        Alarms = Alarms,
    };
}
