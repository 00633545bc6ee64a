using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Sandbox;

/// <summary>What kind of cluster a sandbox is to be.</summary>
internal sealed record EtcdSandboxOptions
{
    private const int MaxMembers = 7;

    private readonly int _members = 3;

    /// <summary>How many voters.</summary>
    public int Members
    {
        get => _members;
        init => _members = value is >= 1 and <= MaxMembers
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"A sandbox has from 1 to {MaxMembers} members.");
    }

    /// <summary>The etcds to run, at least one; the members take several in turn.</summary>
    public IReadOnlyList<EtcdBinary> Binaries { get; init; } = [];

    /// <summary>The database's quota; null for etcd's own default of 2 GiB.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>TLS on the client addresses; null for plain http.</summary>
    public EtcdSandboxTls? Tls { get; init; }

    /// <summary>
    /// Whether every member listens on a unix socket too; see <see cref="EtcdSandboxMember.SocketPath"/>. Not on Windows, whose files
    /// cannot be named as etcd 3.4 demands.
    /// </summary>
    public bool UnixSockets { get; init; }

    /// <summary>
    /// What a member tells clients to call it by, given its number (m1 is 1), such as <c>http://10.0.0.1:2379</c>; it still listens
    /// at <see cref="EtcdSandboxMember.Endpoint"/> alone. Null: members advertise where they listen.
    /// </summary>
    public Func<int, string>? AdvertiseClientUrl { get; init; }

    /// <summary>
    /// Further flags for every member, after the sandbox's own, so that they win. Relative paths count from the sandbox's folder.
    /// </summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>How long a start, an election or a repair may take before it counts as failed.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Takes lines for a person.</summary>
    public Action<string>? Log { get; init; }
}
