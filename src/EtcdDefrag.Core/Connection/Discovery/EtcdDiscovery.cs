namespace EtcdDefrag.Connection.Discovery;

/// <summary>The endpoints that a domain's SRV records name.</summary>
/// <param name="Endpoints">At least one: those with TLS first, then by priority and weight.</param>
/// <param name="ServerName">
/// The name that every server certificate must bear, sent as the TLS server name too; null where each is verified against the
/// host of its own endpoint.
/// </param>
/// <param name="Ignored">What was found and left out.</param>
/// <param name="Lookups">What was looked up and who answered what: first the records for TLS, then those without.</param>
public sealed record EtcdDiscovery(
    IReadOnlyList<EtcdEndpoint> Endpoints,
    string? ServerName,
    IReadOnlyList<IgnoredEndpoint> Ignored,
    IReadOnlyList<ServiceLookupResult> Lookups)
{
    /// <summary>
    /// What to warn the user of, one sentence each: endpoints that were left out, and look-ups that nobody answered. Without the
    /// latter, records that were kept from us would silently turn TLS off.
    /// </summary>
    public IReadOnlyList<string> FindWarnings() =>
    [
        .. Ignored.Select(i => $"{i}."),
        .. Lookups.Where(l => !l.WasAnswered).Select(l => $"{l}. The endpoints that it would have named are not known."),
    ];
}

/// <summary>An endpoint that was found and is not used.</summary>
/// <param name="Address">The endpoint as the record has it, for example <c>http://etcd-0.example.com:2379</c>.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
/// <param name="IsInsecure">Whether the reason is that it has no TLS and only endpoints with TLS are accepted.</param>
public sealed record IgnoredEndpoint(string Address, string Reason, bool IsInsecure)
{
    /// <summary>The address and the reason.</summary>
    public override string ToString() => $"{Address} is ignored: {Reason}";
}
