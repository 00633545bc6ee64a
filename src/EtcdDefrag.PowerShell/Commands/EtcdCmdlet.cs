using System.Management.Automation;
using System.Net;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Connecting;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>What every cmdlet that speaks to members has in common: how to find them, and how to speak to them.</summary>
public abstract partial class EtcdCmdlet : AsyncCmdlet
{
    private const int DnsPort = 53;

    /// <summary>What is asked where no endpoint is named, as etcdctl does.</summary>
    private const string DefaultEndpoint = "127.0.0.1:2379";

    private static readonly EtcdConnectionOptions Defaults = new();

    private readonly List<(string[]? Endpoint, EtcdConnection? Connection)> _named = [];
    private TimeSpan? _connectionTimeout;
    private TimeSpan? _operationTimeout;
    private EtcdConnectionSettings _settings = new();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Session = SessionMembers.Current;
        Guarded(() => _settings = ReadSettings());
    }

    /// <summary>The members that this session has seen. Fixed at the beginning: who a session is, only its own thread knows.</summary>
    private protected SessionMembers Session { get; private set; } = new();

    /// <summary>Keeps what one record named, or nothing, with the connection that it brought along.</summary>
    private protected void Name(string[]? endpoint) => _named.Add((endpoint, Connection));

    /// <summary>
    /// What was named, one connection for each manner of speaking. Writes an error for each name that is none, and counts them.
    /// </summary>
    private protected IReadOnlyList<EtcdConnection> FindConnections(out int unreadable)
    {
        var connections = new List<EtcdConnection>();
        var problems = 0;
        Guarded(() =>
        {
            var fresh = _named.Where(n => n.Connection is null).ToArray();
            if (fresh.Length > 0)
            {
                connections.Add(Connect(fresh.Any(n => n.Endpoint is null) ? null : fresh.SelectMany(n => Separate(n.Endpoint!)), ref problems));
            }

            foreach (var carried in _named.Where(n => n.Connection is not null).GroupBy(n => n.Connection!.GetOptions()))
            {
                var options = OptionsOver(carried.Key);
                connections.Add(DiscoverySrv is null
                    ? new EtcdConnection([.. carried.SelectMany(c => c.Endpoint is null ? c.Connection!.GetEndpoints() : ReadEndpoints(Separate(c.Endpoint), options, ref problems)).Distinct()], options)
                    : Discovered(DiscoverySrv, options));
            }
        });
        unreadable = problems;
        return [.. connections.Where(c => c.GetEndpoints().Count > 0)];
    }

    /// <summary>The options that came with an object from the pipeline, under what was given as parameters.</summary>
    private protected EtcdConnectionOptions OptionsOver(EtcdConnectionOptions carried)
    {
        var options = carried;
        Guarded(() => options = _settings.ToOptions(carried));
        return options;
    }

    /// <summary>Says once a call what is given up where certificates are not verified.</summary>
    private protected void WarnOfSkippedChecks(IEnumerable<EtcdConnectionOptions> used)
    {
        if (used.Any(o => o.SkipCertificateCheck))
        {
            WriteWarning(EtcdConnectionOptions.SkippedCheckWarning);
        }
    }

    /// <summary>Names nobody has said are looked for where etcdctl looks: in DNS, in the environment, on this machine.</summary>
    private EtcdConnection Connect(IEnumerable<string>? given, ref int problems)
    {
        var variables = new EtcdctlVariables(Environment.GetEnvironmentVariable);
        var options = variables.Complete(_settings).ToOptions(Defaults);
        var connection = DiscoverySrv is null
            ? new EtcdConnection(ReadEndpoints(given ?? variables.ReadEndpoints() ?? [DefaultEndpoint], options, ref problems), options)
            : Discovered(DiscoverySrv, options);
        foreach (var line in variables.Taken)
        {
            WriteVerbose(line);
        }

        return connection;
    }

    private EtcdConnection Discovered(string domain, EtcdConnectionOptions options)
    {
        EtcdDiscovery? found = null;
        var request = new DiscoveryRequest(domain) { ServiceName = DiscoverySrvName, AcceptInsecure = InsecureDiscovery };
        Await(async (streams, cancellationToken) => found = await DiscoveredEndpoints.FindAsync(request, ReadDnsServer(), streams, cancellationToken).ConfigureAwait(false));
        return new EtcdConnection(found!.Endpoints, options with { ServerName = options.ServerName ?? found.ServerName });
    }

    private IPEndPoint? ReadDnsServer()
    {
        if (DnsServer is null)
        {
            return null;
        }

        return IPEndPoint.TryParse(DnsServer, out var server)
            ? new IPEndPoint(server.Address, server.Port == 0 ? DnsPort : server.Port)
            : throw new EtcdSettingException($"DNS server '{DnsServer}'", "it is not an IP address", "Give its address, with a port where that is not 53: 10.0.0.53 or 127.0.0.1:5353.");
    }

    /// <summary>
    /// Several in one text, with commas between, are what etcdctl takes. PowerShell itself takes a password apart that has commas, where the
    /// address is not in quotes: with its '@' in one part, no part may be shown alone.
    /// </summary>
    private static IEnumerable<string> Separate(string[] given) =>
        Array.Exists(given, t => t.Contains('@', StringComparison.Ordinal)) ? EtcdEndpoint.Split(string.Join(',', given)) : given.SelectMany(EtcdEndpoint.Split);

    private EtcdEndpoint[] ReadEndpoints(IEnumerable<string> texts, EtcdConnectionOptions options, ref int problems)
    {
        var endpoints = new List<EtcdEndpoint>();

        // An empty one is most often a variable that was never set.
        foreach (var text in texts)
        {
            try
            {
                endpoints.Add(EtcdEndpoint.Parse(text, options.DefaultScheme));
            }
            catch (EtcdEndpointException problem)
            {
                problems++;
                WriteError(ErrorRecords.InvalidEndpoint(problem));
            }
        }

        return [.. endpoints.Distinct()];
    }

    private EtcdConnectionSettings ReadSettings() => new()
    {
        ConnectionTimeout = _connectionTimeout,
        OperationTimeout = _operationTimeout,
        CACertificatePath = Resolve(CACertificatePath),
        Certificate = Certificate,
        CertificatePath = Resolve(CertificatePath),
        KeyPath = Resolve(KeyPath),
        CertificatePassword = CertificatePassword is null ? null : new PSCredential("certificate", CertificatePassword).GetNetworkCredential().Password,
        CertificateThumbprint = CertificateThumbprint,
        ServerName = ServerName,
        SkipCertificateCheck = MyInvocation.BoundParameters.ContainsKey(nameof(SkipCertificateCheck)) ? SkipCertificateCheck : null,
        Credential = Credential == PSCredential.Empty ? null : new EtcdCredential(Credential.UserName, Credential.GetNetworkCredential().Password),
        EndpointMap = EndpointMap is null ? null : [.. EndpointMap.Keys.Cast<object>().Select(k => KeyValuePair.Create($"{k}", $"{EndpointMap[k]}"))],
        ExcludeLocalhost = MyInvocation.BoundParameters.ContainsKey(nameof(ExcludeLocalhost)) ? ExcludeLocalhost : null,
    };

    /// <summary>A path as PowerShell means it: relative to its own location, with its drives.</summary>
    private string? Resolve(string? path) => path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>What makes a connection impossible to begin with ends the cmdlet: nobody was asked.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception unusable) when (unusable is EtcdSettingException or EtcdEndpointException or EtcdDiscoveryException)
        {
            ThrowTerminatingError(ErrorRecords.NoConnection(unusable));
        }
    }
}
