using EtcdDefrag.Connection;

namespace EtcdDefrag.Execution;

/// <summary>What a run is asked to do.</summary>
public sealed record DefragRequest
{
    /// <summary>Endpoints of one cluster, at least one. Health is judged over the whole cluster whichever are named.</summary>
    public required IReadOnlyList<EtcdEndpoint> Endpoints { get; init; }

    /// <summary>Whether every member is to be defragmented, or only those that <see cref="Endpoints"/> name.</summary>
    public bool WholeCluster { get; init; }

    /// <summary>Whether to go on with the next member after one has refused, if the cluster is still well.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>How long to wait for one defragmentation; null for a time that follows the bytes in use.</summary>
    public TimeSpan? DefragmentTimeout { get; init; }
}
