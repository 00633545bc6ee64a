namespace EtcdDefrag.Integration.Support.Network;

/// <summary>The directions in which a <see cref="TcpFaultProxy"/> lets nothing through.</summary>
[Flags]
public enum TcpBlackhole
{
    /// <summary>Both ways are open.</summary>
    None = 0,

    /// <summary>What clients send does not arrive.</summary>
    ToServer = 1,

    /// <summary>What servers answer does not arrive.</summary>
    ToClient = 2,

    /// <summary>Nothing arrives.</summary>
    Both = ToServer | ToClient,
}
