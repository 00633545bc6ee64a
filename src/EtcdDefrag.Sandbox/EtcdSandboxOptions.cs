using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Sandbox;

/// <summary>What kind of cluster a sandbox is to be.</summary>
public sealed record EtcdSandboxOptions
{
    private const int MostMembers = 7;

    private readonly int _members = 3;

    /// <summary>How many voters, 1 to 7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than 7.</exception>
    public int Members
    {
        get => _members;
        init => _members = value is >= 1 and <= MostMembers
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"A sandbox has from 1 to {MostMembers} members.");
    }

    /// <summary>The etcds to run. None: <see cref="EtcdLocator"/> finds one. Several: the members take them in turn.</summary>
    public IReadOnlyList<EtcdBinary> Binaries { get; init; } = [];

    /// <summary>The database's quota in bytes; null for etcd's own default of 2 GiB.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>TLS on the client addresses; null for plain http.</summary>
    public EtcdSandboxTls? Tls { get; init; }

    /// <summary>Further flags for every member, after the sandbox's own, so that they win.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>How long a start, an election or a repair may take before it counts as failed.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Takes lines for a person, such as which etcd was chosen.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The clock for every wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
