using EtcdDefrag.Connection;

namespace EtcdDefrag.Maintenance;

/// <summary>How handing leadership over ended.</summary>
public sealed record EtcdLeaderMove
{
    /// <summary>The cluster's id in hexadecimal digits.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The address of the member that leads now.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The id of the member that leads now.</summary>
    public required string LeaderId { get; init; }

    /// <summary>The name of the member that leads now.</summary>
    public required string Name { get; init; }

    /// <summary>The id of the member that led before; the same where nothing was to be done.</summary>
    public required string PreviousLeaderId { get; init; }

    /// <summary>The name of the member that led before.</summary>
    public required string PreviousName { get; init; }

    /// <summary>Whether leadership changed.</summary>
    public bool WasMoved => LeaderId != PreviousLeaderId;

    /// <summary>How long it took until all members that answer named the new leader.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address, so that the object as text still names the member.</summary>
    public override string ToString() => Endpoint;
}
