using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Health;

/// <summary>The health of a whole cluster: whether every member is healthy and all agree on who they are and who leads.</summary>
public sealed record EtcdClusterHealth
{
    /// <summary>Whether nothing is wrong. NOSPACE alone does not count as wrong.</summary>
    public bool IsHealthy => Reasons.Count == 0;

    /// <summary>The cluster's id in hexadecimal digits; empty where members disagree or none answers.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The leader's id, as every member that answers says; empty where they know none or disagree.</summary>
    public required string LeaderId { get; init; }

    /// <summary>The members that vote.</summary>
    public required int VoterCount { get; init; }

    /// <summary>The members that vote and are healthy; those that were deliberately not asked count as healthy.</summary>
    public required int HealthyVoterCount { get; init; }

    /// <summary>The voters needed for a majority: half of <see cref="VoterCount"/>, rounded down, plus one.</summary>
    public required int Quorum { get; init; }

    /// <summary>What is wrong, one sentence each; empty for a healthy cluster.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The health of each member.</summary>
    public required IReadOnlyList<EtcdMemberHealth> Members { get; init; }

    /// <summary>The members' addresses, as far as they are known, so that the next cmdlet in a pipeline can reach them too.</summary>
    public IReadOnlyList<string> Endpoint => [.. Members.Select(m => m.Endpoint).Where(e => e.Length > 0).Distinct()];

    /// <summary>How the members were reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The addresses, comma-separated.</summary>
    public override string ToString() => string.Join(',', Endpoint);
}

/// <summary>The health of one member.</summary>
public sealed record EtcdMemberHealth
{
    /// <summary>The address that was asked.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The member's name; empty where the member list was not read.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's id in hexadecimal digits; empty where it is not known.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>Whether the member is healthy. A NOSPACE alarm alone does not make it unhealthy: defragmentation is its remedy.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>Whether it leads the cluster.</summary>
    public bool IsLeader { get; init; }

    /// <summary>Whether it is a learner. A learner answers no linearizable reads and is judged by its status alone.</summary>
    public bool IsLearner { get; init; }

    /// <summary>How long the linearizable read took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The alarms of the cluster, as this member reports them.</summary>
    public IReadOnlyList<EtcdAlarmType> Alarms { get; init; } = [];

    /// <summary>What is wrong, or worth knowing; empty where nothing is.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How the cluster was reached, so that the next cmdlet in a pipeline can reach the member too.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address; the name of a member that has none.</summary>
    public override string ToString() => Endpoint.Length > 0 ? Endpoint : Name;
}
