namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>What a monitor knows of a cluster beyond what etcd says, as long as it runs. A new configuration does not change it.</summary>
internal sealed class ClusterState
{
    /// <summary>When each member was defragmented last, by its id.</summary>
    public required Dictionary<string, DateTimeOffset?> LastRuns { get; init; }

    /// <summary>Failed rounds since the last good one.</summary>
    public int Failures { get; set; }

    /// <summary>Rounds that another run's lock has postponed since the last one that came to an end.</summary>
    public int Postponements { get; set; }

    /// <summary>Whether it was told that the cluster is degraded.</summary>
    public bool IsDegraded { get; set; }

    /// <summary>Whether the time of the check on startup is over.</summary>
    public bool HasStarted { get; set; }

    /// <summary>When the last check ended, or when watching began.</summary>
    public DateTimeOffset RestsSince { get; set; }
}
