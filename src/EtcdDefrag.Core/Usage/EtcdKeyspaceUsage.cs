using EtcdDefrag.Connection;

namespace EtcdDefrag.Usage;

/// <summary>What a line of a keyspace's measure is about.</summary>
public enum EtcdKeyspaceKind
{
    /// <summary>All keys that begin alike.</summary>
    Prefix,

    /// <summary>One large key.</summary>
    Key,

    /// <summary>All prefixes that are not listed.</summary>
    Rest,
}

/// <summary>What takes the room in a keyspace: a prefix, a large key, or the rest.</summary>
public sealed record EtcdKeyspaceUsage
{
    /// <summary>What it is about.</summary>
    public required EtcdKeyspaceKind Kind { get; init; }

    /// <summary>The prefix or the key. What is not readable text is written as <c>\x00</c>, and what is too long is cut.</summary>
    public required string Prefix { get; init; }

    /// <summary>How many keys.</summary>
    public required long Keys { get; init; }

    /// <summary>The bytes of the keys and their newest values. What history and the file itself take comes on top.</summary>
    public required long Bytes { get; init; }

    /// <summary>How often they were written since they were created, together; much of it means much history.</summary>
    public required long Versions { get; init; }

    /// <summary><see cref="Bytes"/> as a part of all bytes of the keyspace, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>The revision at which it was measured; later parts of a long measurement may be newer.</summary>
    public required long Revision { get; init; }

    /// <summary>The address of the member that was read.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How the member was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address of the member.</summary>
    public override string ToString() => Endpoint;
}
