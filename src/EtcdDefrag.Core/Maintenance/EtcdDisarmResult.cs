using EtcdDefrag.Connection;

namespace EtcdDefrag.Maintenance;

/// <summary>What became of one member's NOSPACE alarm.</summary>
/// <param name="MemberId">The member, in hexadecimal digits.</param>
/// <param name="WasDisarmed">Whether the alarm was armed and is cleared now.</param>
/// <param name="Reason">Why it was not; else empty.</param>
public sealed record EtcdDisarmResult(string MemberId, bool WasDisarmed, string Reason)
{
    /// <summary>The member's name; empty where the member list does not have it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's address; empty where it has none.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The original failure, where there was one.</summary>
    public Exception? Error { get; init; }

    /// <summary>The address, so that the object as text still names the member.</summary>
    public override string ToString() => Endpoint;
}
