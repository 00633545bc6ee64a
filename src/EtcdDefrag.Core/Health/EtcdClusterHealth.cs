using EtcdDefrag.Connection;

namespace EtcdDefrag.Health;

/// <summary>The verdict on a whole cluster: whether every member is well and all agree on who they are and who leads.</summary>
public sealed record EtcdClusterHealth
{
    /// <summary>Whether nothing at all is wrong. NOSPACE alone does not count as wrong.</summary>
    public bool IsHealthy => Reasons.Count == 0;

    /// <summary>The cluster's id in hexadecimal digits; empty where members disagree or none answers.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The leader's id, by the word of every member that answers; empty where they know none or disagree.</summary>
    public required string LeaderId { get; init; }

    /// <summary>The members that vote.</summary>
    public required int VoterCount { get; init; }

    /// <summary>The members that vote and are well; those that were deliberately not asked are taken to be.</summary>
    public required int HealthyVoterCount { get; init; }

    /// <summary>The voters needed for a majority: half of <see cref="VoterCount"/>, rounded down, plus one.</summary>
    public required int Quorum { get; init; }

    /// <summary>What is wrong, one sentence each; empty for a healthy cluster.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The verdict on each member.</summary>
    public required IReadOnlyList<EtcdMemberHealth> Members { get; init; }

    /// <summary>The members' addresses, as far as they are known, so that what follows in a pipeline can speak to them too.</summary>
    public IReadOnlyList<string> Endpoint => [.. Members.Select(m => m.Endpoint).Where(e => e.Length > 0).Distinct()];

    /// <summary>How the members were spoken to.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The addresses, with commas between.</summary>
    public override string ToString() => string.Join(',', Endpoint);
}
