namespace EtcdDefrag.Connection.Discovery;

/// <summary>Where to look for a cluster's endpoints: the domain of <c>etcdctl --discovery-srv</c>.</summary>
internal sealed record DiscoveryRequest(string Domain)
{
    /// <summary>
    /// Selects one of several clusters in a domain, as <c>etcdctl --discovery-srv-name</c> does: its records are at
    /// <c>_etcd-client-ssl-NAME._tcp</c> and <c>_etcd-client-NAME._tcp</c>. Null or empty for none.
    /// </summary>
    public string? ServiceName { get; init; }

    /// <summary>
    /// Whether endpoints without TLS are accepted, as in <c>etcdctl --insecure-discovery</c>, and true by default as there. False also
    /// requires the domain in every server certificate, so that forged records lead nowhere.
    /// </summary>
    public bool AcceptInsecure { get; init; } = true;
}

/// <summary>The endpoints that a domain's SRV records name.</summary>
/// <param name="Endpoints">At least one: those with TLS first, then by priority and weight.</param>
/// <param name="ServerName">The name that every server certificate must hold; null for the host of each endpoint.</param>
/// <param name="Ignored">What was found and is not used.</param>
/// <param name="Lookups">What was looked up and who answered what: first the records for TLS, then those without.</param>
internal sealed record EtcdDiscovery(
    IReadOnlyList<EtcdEndpoint> Endpoints,
    string? ServerName,
    IReadOnlyList<IgnoredEndpoint> Ignored,
    IReadOnlyList<ServiceLookupResult> Lookups)
{
    /// <summary>
    /// A sentence for each endpoint that is ignored, and for each look-up without an answer: an attacker who suppresses the records for TLS
    /// would otherwise turn TLS off silently.
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
/// <param name="IsInsecure">Whether the reason is that it is without TLS.</param>
internal sealed record IgnoredEndpoint(string Address, string Reason, bool IsInsecure)
{
    public override string ToString() => $"{Address} is ignored: {Reason}";
}

/// <summary>
/// Finds a cluster's client endpoints by DNS SRV, as <c>etcdctl --discovery-srv</c> does: <c>_etcd-client-ssl._tcp</c> gives endpoints with
/// TLS, <c>_etcd-client._tcp</c> those without (etcd's client/pkg/srv and etcdctl/ctlv3/command/global.go).
/// </summary>
internal sealed class EndpointDiscovery(IServiceLookup lookup)
{
    private const string SecureService = "etcd-client-ssl";
    private const string InsecureService = "etcd-client";

    /// <summary>Asks both questions at once. One of them may fail if the other gives endpoints.</summary>
    /// <exception cref="EtcdDiscoveryException">There is no usable endpoint; the exception says what was asked and answered.</exception>
    public async Task<EtcdDiscovery> FindAsync(DiscoveryRequest request, CancellationToken cancellationToken)
    {
        var suffix = string.IsNullOrEmpty(request.ServiceName) ? "" : "-" + request.ServiceName;
        CheckNames(request, $"_{SecureService}{suffix}._tcp.{request.Domain}");
        var lookups = await Task.WhenAll(
            lookup.LookUpAsync(SecureService + suffix, request.Domain, cancellationToken),
            lookup.LookUpAsync(InsecureService + suffix, request.Domain, cancellationToken)).ConfigureAwait(false);
        return Decide(request, lookups[0], lookups[1]);
    }

    private static void CheckNames(DiscoveryRequest request, string longestName)
    {
        if (DiscoveryName.FindDomainProblem(request.Domain) is { } problem)
        {
            throw new EtcdDiscoveryException(
                EtcdDiscoveryFailure.InvalidName, request.Domain ?? "",
                $"'{EtcdEndpoint.Redact(request.Domain ?? "")}' is not a domain that can hold SRV records: {problem}.",
                "Give the DNS domain alone, for example example.com; an international name in its ASCII form (xn--...).");
        }

        if (DiscoveryName.FindNameProblem(longestName) is { } tooMuch)
        {
            throw new EtcdDiscoveryException(
                EtcdDiscoveryFailure.InvalidName, request.Domain,
                $"'{EtcdEndpoint.Redact(longestName)}' cannot be looked up in DNS: {tooMuch}.",
                $"Give a service name of letters, digits and hyphens, short enough that _{SecureService}-NAME has at most 63 characters.");
        }
    }

    private static EtcdDiscovery Decide(DiscoveryRequest request, ServiceLookupResult secure, ServiceLookupResult insecure)
    {
        var endpoints = new List<EtcdEndpoint>();
        var ignored = new List<IgnoredEndpoint>();
        foreach (var (scheme, record) in InOrder("https", secure).Concat(InOrder("http", insecure)))
        {
            var address = $"{scheme}://{record.Target}:{record.Port}";
            if (record.Target.Length == 0)
            {
                ignored.Add(new(address, "its record names no host, which says that the service is not offered", false));
            }
            else if (scheme == "http" && !request.AcceptInsecure)
            {
                ignored.Add(new(address, "it is without TLS, and only endpoints with TLS are accepted", true));
            }
            else if (!EtcdEndpoint.TryParse(address, out var endpoint, out var problem))
            {
                ignored.Add(new(address, problem, false));
            }
            else if (!endpoints.Contains(endpoint))
            {
                endpoints.Add(endpoint);
            }
        }

        // As in etcdctl: where forged records are accepted, a certificate need only hold the name of its own host.
        var serverName = request.AcceptInsecure ? null : request.Domain.TrimEnd('.');
        return endpoints.Count > 0
            ? new EtcdDiscovery(endpoints, serverName, ignored, [secure, insecure])
            : throw NothingFound(request, ignored, [secure, insecure]);
    }

    // Names break ties: resolvers rotate equal records, and the order must not change from one run to the next.
    private static IEnumerable<(string Scheme, ServiceRecord Record)> InOrder(string scheme, ServiceLookupResult lookup) =>
        lookup.Records
            .OrderBy(r => r.Priority)
            .ThenByDescending(r => r.Weight)
            .ThenBy(r => r.Target, StringComparer.OrdinalIgnoreCase)
            .ThenBy(r => r.Port)
            .Select(r => (scheme, r));

    private static EtcdDiscoveryException NothingFound(
        DiscoveryRequest request, List<IgnoredEndpoint> ignored, IReadOnlyList<ServiceLookupResult> lookups)
    {
        var failure = lookups.Any(l => !l.WasAnswered) ? EtcdDiscoveryFailure.NotAnswered
            : ignored.Count > 0 ? EtcdDiscoveryFailure.NothingUsable
            : EtcdDiscoveryFailure.NotFound;
        string[] findings = [.. lookups.Where(l => l.Records.Count == 0).Select(l => l.ToString()), .. ignored.Select(i => i.ToString())];
        var message = $"The SRV records of '{request.Domain}' give no etcd endpoint. {string.Join("; ", findings)}.";
        var remedy = failure switch
        {
            EtcdDiscoveryFailure.NotAnswered =>
                "Check that this machine's DNS resolvers can be reached and know the domain, or name the endpoints themselves.",
            EtcdDiscoveryFailure.NothingUsable when ignored.Exists(i => i.IsInsecure) =>
                $"Publish the members with TLS at {lookups[0].Name}, or accept endpoints without TLS.",
            EtcdDiscoveryFailure.NothingUsable => "Correct the SRV records, or name the endpoints themselves.",
            _ => $"Publish the members at {lookups[0].Name} (TLS) or {lookups[1].Name}, check the domain and the service name, "
                + "or name the endpoints themselves.",
        };
        return new EtcdDiscoveryException(failure, request.Domain, message, remedy) { Lookups = lookups, Ignored = ignored };
    }
}
