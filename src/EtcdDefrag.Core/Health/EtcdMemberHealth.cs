using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Health;

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
