using EtcdDefrag.Connection;

namespace EtcdDefrag.Planning;

/// <summary>What a plan does with a member.</summary>
public enum EtcdDefragAction
{
    /// <summary>Defragment it.</summary>
    Defragment,

    /// <summary>Skip it.</summary>
    Skip,
}

/// <summary>One step of a plan: what to do with one member, and why. Sizes are bytes.</summary>
public sealed record EtcdDefragStep
{
    /// <summary>The step's place in the plan, from 1.</summary>
    public required int Order { get; init; }

    /// <summary>The member's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary><see cref="Endpoint"/> as it was parsed; null in a step that was not planned from an inspection.</summary>
    internal EtcdEndpoint? Address { get; init; }

    /// <summary>The member's id in hexadecimal digits.</summary>
    public required string MemberId { get; init; }

    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether to defragment or to skip.</summary>
    public required EtcdDefragAction Action { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>What a defragmentation cannot help against; null where there is nothing of the kind.</summary>
    public string? Warning { get; init; }

    /// <summary>Whether the member led when the plan was made.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>The size of the database file.</summary>
    public required long DbSize { get; init; }

    /// <summary>The live bytes in it.</summary>
    public required long DbSizeInUse { get; init; }

    /// <summary>The bytes that can be reclaimed.</summary>
    public long DbSizeFree => DbSize - DbSizeInUse;

    /// <summary>About how long the member will not respond: the bytes in use at 50 MB/s, the slow end of what was measured.</summary>
    public TimeSpan EstimatedPause => DefragCost.EstimatePause(DbSizeInUse);

    /// <summary>The free disk space that the member needs meanwhile: about the bytes in use, and a tenth more.</summary>
    public long DiskBytesNeeded => DefragCost.EstimateDiskBytes(DbSizeInUse);

    /// <summary>How the member is reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address, so that the text of a step still identifies the member.</summary>
    public override string ToString() => Endpoint;
}
