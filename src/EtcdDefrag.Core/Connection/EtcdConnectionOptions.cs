namespace EtcdDefrag.Connection;

/// <summary>How members are spoken to: the same for every member of one cluster. Holds no open connection.</summary>
public sealed record EtcdConnectionOptions
{
    /// <summary>How long making a connection may take. Default 2 s, as in etcdctl's <c>--dial-timeout</c>.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long one call may take, once connected. Default 30 s. A defragmentation has a deadline of its own.
    /// </summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
