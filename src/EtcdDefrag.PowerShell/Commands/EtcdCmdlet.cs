using System.Management.Automation;
using System.Net;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Connecting;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>The base of every cmdlet that connects to members: which ones, and how.</summary>
public abstract partial class EtcdCmdlet : AsyncCmdlet
{
    /// <summary>What is asked where no endpoint is named, as etcdctl does.</summary>
    private const string DefaultEndpoint = "127.0.0.1:2379";

    private const string FromPipeline = "came down the pipeline";
    private const string FromEndpoint = $"was given to -{nameof(Endpoint)}";
    private const int DnsPort = 53;

    private readonly List<NamedMembers> _named = [];
    private PSObject[] _endpointObjects = [];
    private string[] _endpoints = [];
    private EtcdConnectionSettings _settings = new();
    private bool _isDiscovered;
    private int _invalidEndpoints;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // Only the session's own thread can tell which session it is.
        Session = ModuleSession.Current;

        if (ConnectionAttribute.FindProblem(Connection) is { } problem)
        {
            ThrowTerminatingError(ErrorRecords.InvalidConnection(problem));
        }

        // A list that a script left empty would be a job that is green every night and never does anything.
        if (IsGiven(nameof(Endpoint)) && Endpoint is null or [])
        {
            ThrowTerminatingError(ErrorRecords.NoEndpoint(Endpoint is null ? "-Endpoint is $null." : "-Endpoint is empty."));
        }

        // Kept, because PowerShell overwrites the parameter with what each object from the pipeline says. Where anything but addresses is
        // among what was given, all of it is taken as from the pipeline.
        var given = Endpoint ?? [];
        _endpoints = [.. given.SelectMany(item => Read(item, FromEndpoint).Endpoints)];
        _endpointObjects = given.All(PipelineObject.IsAddress) ? [] : given;
        _settings = Guarded(ReadSettings);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput || IsGiven(nameof(InputObject)))
        {
            if (InputObject is [])
            {
                ThrowTerminatingError(ErrorRecords.NoEndpoint("-InputObject is empty."));
            }

            Take(InputObject ?? [null!], MyInvocation.ExpectingInput ? FromPipeline : $"was given to -{nameof(InputObject)}");
        }
        else if (_endpointObjects.Length > 0)
        {
            Take(_endpointObjects, FromEndpoint);
        }
        else
        {
            _named.Add(ReadParameters());
        }
    }

    /// <summary>What the module remembers of this session.</summary>
    private protected ModuleSession Session { get; private set; } = new();

    /// <summary>Whether anything names members or is to be looked up; nothing does where the pipeline was empty.</summary>
    private protected bool NamesAnything => _named.Count > 0;

    /// <summary>Whether an input object is to be used at all.</summary>
    private protected virtual bool IsWanted(PSObject item) => true;

    /// <summary>
    /// The members that were named, one connection for each way to connect. Writes an error for each invalid endpoint, and counts them.
    /// </summary>
    /// <param name="byCluster">Whether to group members by the cluster that they are known to belong to.</param>
    /// <param name="invalidEndpoints">How many endpoints are invalid.</param>
    private protected IReadOnlyList<EtcdConnection> FindConnections(bool byCluster, out int invalidEndpoints)
    {
        var groups = _named.GroupBy(n => (
            IsNamed: n.Endpoints.Count > 0,
            Key: byCluster && n.ClusterId.Length > 0 ? n.ClusterId : (object?)(n.Options ?? Connection?.GetOptions())));
        var connections = Guarded(() => groups.Select(g => Connect([.. g])).ToArray());
        if (NamesAnything)
        {
            WarnAboutIgnoredParameters();
        }

        invalidEndpoints = _invalidEndpoints;
        return [.. connections.Where(c => c.GetEndpoints().Count > 0)];
    }

    /// <summary>Warns once a call where certificates are not checked.</summary>
    private protected void WarnOfSkippedChecks(IEnumerable<EtcdConnectionOptions> used)
    {
        if (used.Any(o => o.SkipCertificateCheck))
        {
            WriteWarning(EtcdConnectionOptions.SkippedCheckWarning);
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>The members that the parameters name, where no object does.</summary>
    private NamedMembers ReadParameters()
    {
        if (Connection is null)
        {
            return new NamedMembers(DiscoverySrv is null ? _endpoints : []);
        }

        if (Guarded(FindContradiction) is { } other)
        {
            ThrowTerminatingError(ErrorRecords.EndpointAndConnection(string.Join(", ", Connection.GetEndpoints()), other));
        }

        return Complete(new NamedMembers(Connection.Endpoint, Connection.GetOptions()), "-Connection");
    }

    /// <summary>The parameter that names other members than the connection does. Which of the two is a default cannot be known.</summary>
    private string? FindContradiction()
    {
        var own = Connection!.GetEndpoints();
        if (own.Count == 0)
        {
            return null;
        }

        if (DiscoverySrv is not null)
        {
            return $"-{nameof(DiscoverySrv)} ({DiscoverySrv})";
        }

        var scheme = _settings.ToOptions(Connection.GetOptions()).DefaultScheme;
        EtcdEndpoint[] given = [.. Split(_endpoints).Select(t => EtcdEndpoint.Parse(t, scheme))];
        return given.Length == 0 || own.ToHashSet().SetEquals(given)
            ? null
            : $"-{nameof(Endpoint)} ({string.Join(", ", given.AsEnumerable())})";
    }

    private void Take(PSObject?[] items, string source)
    {
        foreach (var item in items)
        {
            var named = Read(item, source);
            if (!IsWanted(item!))
            {
                continue;
            }

            if (PipelineObject.HasLostConnection(item!))
            {
                WriteVerbose(
                    $"{string.Join(", ", Split(named.Endpoints).Select(EtcdEndpoint.Redact))} came from a job, another machine or a file, "
                    + "where keys and passwords are left behind: the parameters and the environment say how to connect.");
            }

            _named.Add(Complete(named, $"What {source}"));
        }
    }

    private NamedMembers Read(PSObject? item, string source) =>
        item is null ? throw this.Terminate(ErrorRecords.InvalidInputObject(null, source))
        : PipelineObject.IsKeylessConnection(item) ? throw this.Terminate(ErrorRecords.InvalidConnection(PipelineObject.KeylessConnection))
        : PipelineObject.Read(item) ?? throw this.Terminate(ErrorRecords.InvalidInputObject(item, source));

    /// <summary>Connection options without an endpoint select no member: they need those that were given besides.</summary>
    private NamedMembers Complete(NamedMembers named, string source) =>
        named.Endpoints.Count > 0 || DiscoverySrv is not null ? named
        : _endpoints.Length > 0 ? named with { Endpoints = _endpoints }
        : throw this.Terminate(ErrorRecords.NoEndpoint($"{source} names no endpoint."));

    private EtcdConnection Connect(NamedMembers[] members)
    {
        // Beside options that an object or -Connection carries, etcdctl's variables would mix with what belongs to another cluster.
        var carried = members[0].Options ?? Connection?.GetOptions();
        var variables = new EtcdctlVariables(carried is null ? Environment.GetEnvironmentVariable : _ => null);
        var options = variables.Complete(_settings).ToOptions(carried ?? new EtcdConnectionOptions());
        string[] texts = [.. members.SelectMany(m => Split(m.Endpoints))];
        var discovery = texts.Length > 0 ? null
            : variables.ReadDiscovery(DiscoverySrv, DiscoverySrvName, ReadSwitch(nameof(InsecureDiscovery), InsecureDiscovery));
        var connection = discovery is null
            ? new EtcdConnection(Parse(texts.Length > 0 ? texts : variables.ReadEndpoints() ?? [DefaultEndpoint], options), options)
            : Discover(discovery, options);
        foreach (var line in variables.Taken)
        {
            WriteVerbose(line);
        }

        WriteWarnings(variables.FindIgnored());
        return connection;
    }

    /// <summary>
    /// etcdctl takes several in one text, with commas between. PowerShell itself splits an unquoted address at the commas of its password:
    /// with the '@' in one part, no part may be shown alone.
    /// </summary>
    private static IEnumerable<string> Split(IReadOnlyList<string> given) => given.Any(t => t.Contains('@', StringComparison.Ordinal))
        ? EtcdEndpoint.Split(string.Join(',', given))
        : given.SelectMany(EtcdEndpoint.Split);

    private EtcdEndpoint[] Parse(IEnumerable<string> texts, EtcdConnectionOptions options)
    {
        var endpoints = new List<EtcdEndpoint>();
        foreach (var text in texts)
        {
            try
            {
                endpoints.Add(Locate(EtcdEndpoint.Parse(text, options.DefaultScheme)));
            }
            catch (EtcdEndpointException problem)
            {
                _invalidEndpoints++;
                WriteError(ErrorRecords.InvalidEndpoint(problem));
            }
        }

        return [.. endpoints.Distinct()];
    }

    private EtcdConnection Discover(DiscoveryRequest request, EtcdConnectionOptions options)
    {
        _isDiscovered = true;
        var server = ReadDnsServer();
        EtcdDiscovery? found = null;
        Await(async (_, cancellationToken) =>
        {
            var discovery = new EndpointDiscovery(Connector.CreateServiceLookup(server));
            found = await discovery.FindAsync(request, cancellationToken).ConfigureAwait(false);
        });
        WriteVerbose($"Endpoints {string.Join(", ", found!.Endpoints)} from the SRV records of '{request.Domain}'.");
        WriteWarnings(found.FindWarnings());
        return new EtcdConnection(found.Endpoints, options with { ServerName = options.ServerName ?? found.ServerName });
    }

    private IPEndPoint? ReadDnsServer() =>
        DnsServer is null ? null
        : IPEndPoint.TryParse(DnsServer, out var server) ? new IPEndPoint(server.Address, server.Port == 0 ? DnsPort : server.Port)
        : throw new EtcdSettingException(
            $"DNS server '{DnsServer}'", "it is not an IP address",
            "Give its address, with a port where that is not 53: 10.0.0.53 or 127.0.0.1:5353.");

    /// <summary>Warns about parameters without effect. They may be defaults of the session, so it is no error.</summary>
    private void WarnAboutIgnoredParameters()
    {
        if (Connection is not null && _named.Any(n => n.Options is { } own && own != Connection.GetOptions()))
        {
            WriteWarning("-Connection is ignored for input that carries its own connection.");
        }

        string[] details = [.. new[] { nameof(DiscoverySrvName), nameof(DnsServer), nameof(InsecureDiscovery) }.Where(IsGiven)];
        if (DiscoverySrv is null && !_isDiscovered)
        {
            WarnIgnored(details, $"without -{nameof(DiscoverySrv)}");
        }
        else if (DiscoverySrv is not null && _named.All(n => n.Endpoints.Count > 0))
        {
            WarnIgnored([nameof(DiscoverySrv), .. details], "for members from the pipeline");
        }
        else if (DiscoverySrv is not null && _endpoints.Length > 0)
        {
            WarnIgnored([nameof(Endpoint)], $"with -{nameof(DiscoverySrv)}");
        }

        if (CertificatePassword is not null && (Certificate is not null || CertificateThumbprint is not null))
        {
            var certificate = Certificate is not null ? nameof(Certificate) : nameof(CertificateThumbprint);
            WarnIgnored([nameof(CertificatePassword)], $"with -{certificate}: it opens a file");
        }
    }

    private void WarnIgnored(string[] parameters, string why)
    {
        if (parameters.Length > 0)
        {
            WriteWarning($"{string.Join(", ", parameters.Select(p => $"-{p}"))} {(parameters.Length == 1 ? "is" : "are")} ignored {why}.");
        }
    }

    /// <summary>Ends the cmdlet where no connection can be made of what was given; no member has been contacted.</summary>
    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception unusable) when (unusable is EtcdSettingException or EtcdEndpointException or EtcdDiscoveryException)
        {
            throw this.Terminate(ErrorRecords.NoConnection(unusable));
        }
    }
}
