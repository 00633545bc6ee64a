using EtcdDefrag.Connection;

namespace EtcdDefrag.Maintenance;

/// <summary>A snapshot of a member's database that was written to a file.</summary>
public sealed record EtcdSnapshotResult
{
    /// <summary>The file. It holds every key and value, secrets included; except on Windows, only its owner may read it.</summary>
    public required string Path { get; init; }

    /// <summary>The file's size in bytes: that of the database, and 32 bytes for its SHA-256.</summary>
    public required long Bytes { get; init; }

    /// <summary>The SHA-256 of the database, in hexadecimal digits: computed here, and equal to what the member sent behind it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The address of the member whose database it is.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The member's id, in hexadecimal digits.</summary>
    public required string MemberId { get; init; }

    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>The member's version of etcd, for example <c>3.5.16</c>; the tool that restores the snapshot should have it too.</summary>
    public required string Version { get; init; }

    /// <summary>The newest revision just before the snapshot was begun: all up to it is in the file.</summary>
    public required long Revision { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How the cluster was reached.</summary>
    public required EtcdConnectionOptions Connection { get; init; }

    /// <summary>The file.</summary>
    public override string ToString() => Path;
}
