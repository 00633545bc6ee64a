namespace EtcdDefrag.Connection.Discovery;

/// <summary>A domain's SRV records gave no endpoint. No member was contacted.</summary>
public sealed class EtcdDiscoveryException : Exception
{
    internal EtcdDiscoveryException(EtcdDiscoveryFailure failure, string domain, string message, string remedy)
        : base(message)
    {
        Failure = failure;
        Domain = EtcdEndpoint.Redact(domain);
        Remedy = remedy;
    }

    /// <summary>The kind of failure.</summary>
    public EtcdDiscoveryFailure Failure { get; }

    /// <summary>The domain as it was given, without user information.</summary>
    public string Domain { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }

    /// <summary>What was looked up and who answered what; none where the names were refused before.</summary>
    internal IReadOnlyList<ServiceLookupResult> Lookups { get; init; } = [];

    /// <summary>What was found and could not be used.</summary>
    internal IReadOnlyList<IgnoredEndpoint> Ignored { get; init; } = [];
}

/// <summary>Why a discovery gave no endpoint.</summary>
public enum EtcdDiscoveryFailure
{
    /// <summary>The domain or the service name is not valid in DNS; nothing was asked.</summary>
    InvalidName,

    /// <summary>The resolvers say that there are no such records.</summary>
    NotFound,

    /// <summary>No resolver gave a definite answer to at least one of the questions.</summary>
    NotAnswered,

    /// <summary>There are records, and none of them can be used.</summary>
    NothingUsable,
}
