using EtcdDefrag.Connection;

namespace EtcdDefrag.Cli.Connecting;

/// <summary>The cluster that is meant, and how it is spoken to.</summary>
internal sealed record ClusterTarget(IReadOnlyList<EtcdEndpoint> Endpoints, EtcdConnectionOptions Options);
