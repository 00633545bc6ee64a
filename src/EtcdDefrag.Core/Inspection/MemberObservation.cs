using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>All that was learned by asking one member, or one endpoint that may be a member.</summary>
internal sealed record MemberObservation
{
    /// <summary>The address that was asked, as text; empty for a member that advertises none.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The address that was asked; null for a member that advertises none, or none that is valid.</summary>
    public EtcdEndpoint? Address { get; init; }

    /// <summary>The entry of the cluster's member list; null where there is none.</summary>
    public EtcdMember? Member { get; init; }

    public EtcdMemberStatus? Status { get; init; }

    /// <summary>The member's own list of members; null where it gave none (a learner gives none).</summary>
    public IReadOnlyList<EtcdMember>? MemberList { get; init; }

    public Exception? MemberListFailure { get; init; }

    /// <summary>Every alarm of the cluster, as this member knows them; null where it gave none.</summary>
    public IReadOnlyList<EtcdAlarm>? Alarms { get; init; }

    /// <summary>Why there is no <see cref="Status"/>.</summary>
    public Exception? Failure { get; init; }

    public Exception? AlarmFailure { get; init; }

    /// <summary>The member's <c>/metrics</c> page; null where it could not be read.</summary>
    public EtcdMemberMetrics? Metrics { get; init; }

    /// <summary>Why there are no <see cref="Metrics"/>, if the caller said where they are, or another member's were found.</summary>
    public string? MetricsProblem { get; init; }

    public bool ReadTried { get; init; }

    /// <summary>Why the linearizable read failed; null where it was answered, or where the user may not read the key.</summary>
    public Exception? ReadFailure { get; init; }

    public TimeSpan ReadTook { get; init; }

    /// <summary>The member's id as it says itself, else as the member list says; null where neither is known.</summary>
    public string? MemberId => Status?.MemberId ?? Member?.MemberId;

    public bool IsLearner => Status?.IsLearner ?? Member?.IsLearner ?? false;

    /// <summary>What messages call it: its address, else its name, else its id.</summary>
    public string DisplayName => this switch
    {
        { Endpoint.Length: > 0 } => Endpoint,
        { Member.Name.Length: > 0 } => Member.Name,
        _ => $"member {MemberId}",
    };
}
