using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>All that asking one member, or one endpoint that may be a member, has brought to light.</summary>
public sealed record MemberObservation
{
    /// <summary>The address that was asked, as text; empty for a member that advertises none.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The address that was asked; null for a member that advertises none, or none that can be read.</summary>
    public EtcdEndpoint? Address { get; init; }

    /// <summary>The entry of the cluster's member list; null where no list was had or the endpoint is in none.</summary>
    public EtcdMember? Member { get; init; }

    /// <summary>The member's answer to Status; null where it gave none.</summary>
    public EtcdMemberStatus? Status { get; init; }

    /// <summary>The member's own list of members; null where it gave none (a learner gives none).</summary>
    public IReadOnlyList<EtcdMember>? MemberList { get; init; }

    /// <summary>Why there is no <see cref="MemberList"/>.</summary>
    public Exception? MemberListFailure { get; init; }

    /// <summary>Every alarm of the cluster by this member's word; null where it gave none.</summary>
    public IReadOnlyList<EtcdAlarm>? Alarms { get; init; }

    /// <summary>Why there is no <see cref="Status"/>.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Why there are no <see cref="Alarms"/>.</summary>
    public Exception? AlarmFailure { get; init; }

    /// <summary>What its <c>/metrics</c> page says; null where it could not be read.</summary>
    public EtcdMemberMetrics? Metrics { get; init; }

    /// <summary>Why <see cref="Metrics"/> are not to be had, where the caller said where they are, or another member's were found.</summary>
    public string? MetricsProblem { get; init; }

    /// <summary>Whether a linearizable read was tried.</summary>
    public bool ReadTried { get; init; }

    /// <summary>Why the linearizable read failed; null where it was answered, or where the user may not read the key.</summary>
    public Exception? ReadFailure { get; init; }

    /// <summary>How long the linearizable read took.</summary>
    public TimeSpan ReadTook { get; init; }

    /// <summary>The member's id by its own word, else by the member list; null where neither is known.</summary>
    public string? MemberId => Status?.MemberId ?? Member?.MemberId;

    /// <summary>Whether it is a learner, by its own word or by the member list.</summary>
    public bool IsLearner => Status?.IsLearner ?? Member?.IsLearner ?? false;

    /// <summary>How messages name it: its address, else its name, else its id.</summary>
    public string DisplayName => this switch
    {
        { Endpoint.Length: > 0 } => Endpoint,
        { Member.Name.Length: > 0 } => Member.Name,
        _ => $"member {MemberId}",
    };
}
