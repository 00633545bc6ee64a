namespace EtcdDefrag.Connection.Discovery;

/// <summary>
/// Finds a cluster's client endpoints by DNS SRV, as <c>etcdctl --discovery-srv</c> does: <c>_etcd-client-ssl._tcp</c> gives
/// endpoints with TLS, <c>_etcd-client._tcp</c> those without (etcd's client/pkg/srv and etcdctl/ctlv3/command/global.go).
/// </summary>
public sealed class EndpointDiscovery
{
    private const string SecureService = "etcd-client-ssl";
    private const string InsecureService = "etcd-client";

    private readonly IServiceLookup _lookup;

    /// <summary>Prepares a discovery; nothing is asked yet.</summary>
    /// <param name="lookup">Who knows the records.</param>
    public EndpointDiscovery(IServiceLookup lookup) => _lookup = lookup;

    /// <summary>Asks both questions at once. One of them may fail where the other gives endpoints.</summary>
    /// <param name="request">Where to look.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdDiscoveryException">There is no endpoint to be had; the exception says what was asked and answered.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<EtcdDiscovery> FindAsync(DiscoveryRequest request, CancellationToken cancellationToken)
    {
        var suffix = string.IsNullOrEmpty(request.ServiceName) ? "" : "-" + request.ServiceName;
        CheckNames(request, $"_{SecureService}{suffix}._tcp.{request.Domain}");
        var lookups = await Task.WhenAll(
            _lookup.LookUpAsync(SecureService + suffix, request.Domain, cancellationToken),
            _lookup.LookUpAsync(InsecureService + suffix, request.Domain, cancellationToken)).ConfigureAwait(false);
        return Decide(request, lookups[0], lookups[1]);
    }

    private static EtcdDiscovery Decide(DiscoveryRequest request, ServiceLookupResult secure, ServiceLookupResult insecure)
    {
        var endpoints = new List<EtcdEndpoint>();
        var ignored = new List<IgnoredEndpoint>();
        foreach (var (scheme, record) in InOrder("https", secure).Concat(InOrder("http", insecure)))
        {
            var address = $"{scheme}://{record.Target}:{record.Port}";
            if (FindReasonToIgnore(request, scheme, record, address, out var endpoint) is { } reason)
            {
                ignored.Add(reason);
            }
            else if (!endpoints.Contains(endpoint!))
            {
                endpoints.Add(endpoint!);
            }
        }

        // As in etcdctl: where forged records are not feared, a certificate need only bear the name of its own host.
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

    private static IgnoredEndpoint? FindReasonToIgnore(
        DiscoveryRequest request, string scheme, ServiceRecord record, string address, out EtcdEndpoint? endpoint)
    {
        endpoint = null;
        if (record.Target.Length == 0)
        {
            return new IgnoredEndpoint(address, "its record names no host, which says that the service is not offered", false);
        }

        if (scheme == "http" && !request.AcceptInsecure)
        {
            return new IgnoredEndpoint(address, "it is without TLS, and only endpoints with TLS are accepted", true);
        }

        return EtcdEndpoint.TryParse(address, out endpoint, out var problem) ? null : new IgnoredEndpoint(address, problem, false);
    }

    private static void CheckNames(DiscoveryRequest request, string longestName)
    {
        if (DiscoveryName.FindDomainProblem(request.Domain) is { } problem)
        {
            throw new EtcdDiscoveryException(
                EtcdDiscoveryFailure.InvalidName,
                request.Domain ?? "",
                $"'{request.Domain}' is not a domain that can hold SRV records: {problem}.",
                "Give the DNS domain alone, for example example.com; an international name in its ASCII form (xn--...).");
        }

        if (DiscoveryName.FindNameProblem(longestName) is { } tooMuch)
        {
            throw new EtcdDiscoveryException(
                EtcdDiscoveryFailure.InvalidName,
                request.Domain,
                $"'{longestName}' cannot be looked up in DNS: {tooMuch}.",
                $"Give a service name of letters, digits and hyphens, short enough that _{SecureService}-NAME has at most 63 characters.");
        }
    }

    private static EtcdDiscoveryException NothingFound(
        DiscoveryRequest request, List<IgnoredEndpoint> ignored, IReadOnlyList<ServiceLookupResult> lookups)
    {
        var failure = lookups.Any(l => !l.WasAnswered) ? EtcdDiscoveryFailure.NotAnswered
            : ignored.Count > 0 ? EtcdDiscoveryFailure.NothingUsable
            : EtcdDiscoveryFailure.NotFound;
        string[] findings = [.. lookups.Where(l => l.Records.Count == 0).Select(l => l.ToString()), .. ignored.Select(i => i.ToString())];
        var message = $"The SRV records of '{request.Domain}' give no etcd endpoint. {string.Join("; ", findings)}.";
        return new EtcdDiscoveryException(failure, request.Domain, message, FindRemedy(failure, ignored, lookups)) { Lookups = lookups, Ignored = ignored };
    }

    private static string FindRemedy(
        EtcdDiscoveryFailure failure, List<IgnoredEndpoint> ignored, IReadOnlyList<ServiceLookupResult> lookups) => failure switch
    {
        EtcdDiscoveryFailure.NotAnswered => "Check that this machine's DNS resolvers can be reached and know the domain, or name the endpoints themselves.",
        EtcdDiscoveryFailure.NothingUsable when ignored.Exists(i => i.IsInsecure) =>
            $"Publish the members with TLS at {lookups[0].Name}, or accept endpoints without TLS.",
        EtcdDiscoveryFailure.NothingUsable => "Correct the SRV records, or name the endpoints themselves.",
        _ => $"Publish the members at {lookups[0].Name} (TLS) or {lookups[1].Name}, check the domain and the service name, or name the endpoints themselves.",
    };
}
