namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>What a monitor remembers of a cluster while it runs, whatever configuration is in force.</summary>
internal sealed class ClusterState
{
    /// <summary>When each member was last defragmented, by its id.</summary>
    public required Dictionary<string, DateTimeOffset?> LastRuns { get; init; }

    /// <summary>Failed rounds since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Rounds in a row that the lock of another run has postponed.</summary>
    public int Postponements { get; set; }

    public bool IsDegraded { get; set; }

    /// <summary>Whether no startup check is due any more.</summary>
    public bool HasStarted { get; set; }

    /// <summary>When the last check ended, or the wait for the first one began.</summary>
    public DateTimeOffset? IdleSince { get; set; }
}
