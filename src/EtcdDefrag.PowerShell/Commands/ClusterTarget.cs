using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>One cluster, by the members of it that were named, and how to speak to them.</summary>
internal sealed record ClusterTarget(IReadOnlyList<EtcdEndpoint> Endpoints, EtcdConnectionOptions Options)
{
    /// <summary>One target a cluster, in the order in which the clusters came.</summary>
    public static IEnumerable<ClusterTarget> Of(IEnumerable<EtcdMemberStatus> statuses) =>
        from status in statuses
        group status by status.ClusterId into cluster
        select new ClusterTarget(cluster.Select(s => EtcdEndpoint.Parse(s.Endpoint)).Distinct().ToArray(), cluster.First().Connection);
}
