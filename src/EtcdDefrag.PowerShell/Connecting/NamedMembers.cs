using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>What the parameters, or one object from the pipeline, say of members.</summary>
/// <param name="Endpoints">Where they are, as it was written; empty where that is still to be found.</param>
internal sealed record NamedMembers(IReadOnlyList<string> Endpoints)
{
    /// <summary>How they are spoken to; null where nothing says so.</summary>
    public EtcdConnectionOptions? Options { get; init; }

    /// <summary>The cluster that they are known to belong to; empty where it is not known.</summary>
    public string ClusterId { get; init; } = "";
}
