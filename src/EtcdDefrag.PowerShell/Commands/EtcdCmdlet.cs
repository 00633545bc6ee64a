using System.Management.Automation;
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
    /// <summary>What is asked where no endpoint is named, as etcdctl does.</summary>
    private const string DefaultEndpoint = "127.0.0.1:2379";

    private const string PipelineGiver = "came down the pipeline";
    private const string EndpointGiver = $"was given to -{nameof(Endpoint)}";

    private static readonly EtcdConnectionOptions Defaults = new();

    private readonly List<NamedMembers> _named = [];
    private string[]? _endpoint;
    private PSObject[] _endpointObjects = [];
    private TimeSpan? _connectionTimeout;
    private TimeSpan? _operationTimeout;
    private EtcdConnectionSettings _settings = new();
    private bool _isDiscovered;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Session = SessionMembers.Current;

        if (ConnectionAttribute.FindProblem(Connection) is { } problem)
        {
            ThrowTerminatingError(ErrorRecords.InvalidConnection(problem));
        }

        if (Endpoint is null && MyInvocation.BoundParameters.ContainsKey(nameof(Endpoint)))
        {
            ThrowTerminatingError(ErrorRecords.NoEndpoint("-Endpoint is $null."));
        }

        // A list that a script left empty would be a job that is green every night and never does anything.
        if (Endpoint is [])
        {
            ThrowTerminatingError(ErrorRecords.NoEndpoint("-Endpoint is empty."));
        }

        ReadEndpointParameter();
        Guarded(() => _settings = ReadSettings());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isGiven = MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));
        if (!isGiven)
        {
            if (_endpointObjects.Length == 0)
            {
                _named.Add(ReadParameters());
            }

            TakeAll(_endpointObjects, EndpointGiver);
            return;
        }

        if (InputObject is [])
        {
            ThrowTerminatingError(ErrorRecords.NoEndpoint("-InputObject is empty."));
        }

        TakeAll(InputObject ?? [null!], MyInvocation.ExpectingInput ? PipelineGiver : $"was given to -{nameof(InputObject)}");
    }

    /// <summary>The members that this session has seen. Fixed at the beginning: who a session is, only its own thread knows.</summary>
    private protected SessionMembers Session { get; private set; } = new();

    /// <summary>Whether anything named members, or was to be looked for: nothing does where the pipeline was empty.</summary>
    private protected bool NamesAnything => _named.Count > 0;

    /// <summary>Whether an object from the pipeline is meant at all.</summary>
    private protected virtual bool IsWanted(PSObject item) => true;

    /// <summary>
    /// What was named, one connection for each manner of speaking. Writes an error for each name that is none, and counts them.
    /// </summary>
    /// <param name="byCluster">Whether members that are known to be of different clusters are kept apart, and those of one together.</param>
    /// <param name="unreadable">How many names are none.</param>
    private protected IReadOnlyList<EtcdConnection> FindConnections(bool byCluster, out int unreadable)
    {
        var connections = new List<EtcdConnection>();
        var problems = 0;
        Guarded(() =>
        {
            foreach (var group in _named.GroupBy(n => (
                IsNamed: n.Endpoints.Count > 0,
                Key: byCluster && n.ClusterId.Length > 0 ? n.ClusterId : (object?)(n.Options ?? Connection?.GetOptions()))))
            {
                connections.Add(Connect([.. group], ref problems));
            }
        });
        WarnAboutIgnoredParameters();
        unreadable = problems;
        return [.. connections.Where(c => c.GetEndpoints().Count > 0)];
    }

    /// <summary>Says once a call what is given up where certificates are taken unseen.</summary>
    private protected void WarnOfSkippedChecks(IEnumerable<EtcdConnectionOptions> used)
    {
        if (used.Any(o => o.SkipCertificateCheck))
        {
            WriteWarning(EtcdConnectionOptions.SkippedCheckWarning);
        }
    }

    /// <summary>What the parameters name, where nothing comes down a pipeline.</summary>
    private NamedMembers ReadParameters()
    {
        if (Connection is null)
        {
            return new NamedMembers(DiscoverySrv is null ? _endpoint ?? [] : []);
        }

        var own = Connection.GetEndpoints();
        if (own.Count > 0 && FindOther(own) is { } other)
        {
            ThrowTerminatingError(ErrorRecords.TwoNames(string.Join(", ", own), other));
        }

        return Complete(new NamedMembers(Connection.Endpoint) { Options = Connection.GetOptions() }, "-Connection");
    }

    /// <summary>What else says which members are meant, and other ones than the connection does. Which of the two is a default, nobody can tell.</summary>
    private string? FindOther(IReadOnlyList<EtcdEndpoint> own)
    {
        if (DiscoverySrv is not null)
        {
            return $"-{nameof(DiscoverySrv)} ({DiscoverySrv})";
        }

        EtcdEndpoint[] given = [];
        Guarded(() => given = [.. Separate(_endpoint ?? []).Select(t => EtcdEndpoint.Parse(t, OptionsOver(Connection!.GetOptions()).DefaultScheme))]);
        return _endpoint is null || own.ToHashSet().SetEquals(given) ? null : $"-{nameof(Endpoint)} ({string.Join(", ", given.AsEnumerable())})";
    }

    /// <summary>
    /// From here on PowerShell overwrites the parameter with what each object from the pipeline says. Where anything but addresses is among
    /// what was given, all of it is taken as from the pipeline.
    /// </summary>
    private void ReadEndpointParameter()
    {
        _endpointObjects = (Endpoint ?? []).All(PipelineObject.IsAddress) ? [] : Endpoint!;
        string[] texts = [.. (Endpoint ?? []).SelectMany(item => Read(item, EndpointGiver).Endpoints)];
        _endpoint = texts.Length > 0 ? texts : null;
    }

    private void TakeAll(PSObject?[] items, string giver)
    {
        foreach (var item in items)
        {
            Take(item, giver);
        }
    }

    private NamedMembers Read(PSObject? item, string giver)
    {
        if (item is not null && PipelineObject.IsKeylessConnection(item))
        {
            ThrowTerminatingError(ErrorRecords.InvalidConnection(PipelineObject.KeylessConnection));
        }

        var named = item is null ? null : PipelineObject.Read(item);
        if (named is null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidInputObject(item, giver));
        }

        return named!;
    }

    private void Take(PSObject? item, string giver)
    {
        var named = Read(item, giver);
        if (IsWanted(item!))
        {
            if (PipelineObject.HasLostConnection(item!))
            {
                WriteVerbose($"{string.Join(", ", Separate(named.Endpoints).Select(EtcdEndpoint.Redact))} came from a job, another machine or a file, where keys and passwords are left behind: the parameters and the environment say how to connect.");
            }

            _named.Add(Complete(named, $"What {giver}"));
        }
    }

    /// <summary>A manner of speaking alone leads to nobody: it needs the names that were given besides.</summary>
    private NamedMembers Complete(NamedMembers named, string giver)
    {
        if (named.Endpoints.Count > 0)
        {
            return named;
        }

        if (_endpoint is null && DiscoverySrv is null)
        {
            ThrowTerminatingError(ErrorRecords.NoEndpoint($"{giver} names no endpoint."));
        }

        return named with { Endpoints = DiscoverySrv is null ? _endpoint! : [] };
    }

    private EtcdConnection Connect(NamedMembers[] members, ref int problems)
    {
        // Where nothing says how, etcdctl's variables do; else they would mix with what belongs to another cluster.
        var carried = members[0].Options ?? Connection?.GetOptions();
        var variables = carried is null ? new EtcdctlVariables(Environment.GetEnvironmentVariable) : null;
        var options = variables is null ? OptionsOver(carried!) : variables.Complete(_settings).ToOptions(Defaults);
        string[] texts = [.. members.SelectMany(m => Separate(m.Endpoints))];
        var connection = texts.Length > 0 ? new EtcdConnection(ReadEndpoints(texts, options, ref problems), options)
            : ReadDiscovery(variables) is { } request ? Discover(request, options)
            : new EtcdConnection(ReadEndpoints(variables?.ReadEndpoints() ?? [DefaultEndpoint], options, ref problems), options);
        foreach (var line in variables?.Taken ?? [])
        {
            WriteVerbose(line);
        }

        foreach (var warning in variables?.FindIgnored() ?? [])
        {
            WriteWarning(warning);
        }

        return connection;
    }

    /// <summary>The options that came with an object, under what was given as parameters.</summary>
    private EtcdConnectionOptions OptionsOver(EtcdConnectionOptions carried)
    {
        var options = carried;
        Guarded(() => options = _settings.ToOptions(carried));
        return options;
    }

    /// <summary>
    /// Several in one text, with commas between, are what etcdctl takes. PowerShell itself takes a password apart that has commas, where the
    /// address is not in quotes: with its '@' in one part, no part may be shown alone.
    /// </summary>
    private static IEnumerable<string> Separate(IReadOnlyList<string> given) =>
        given.Any(t => t.Contains('@', StringComparison.Ordinal)) ? EtcdEndpoint.Split(string.Join(',', given)) : given.SelectMany(EtcdEndpoint.Split);

    private EtcdEndpoint[] ReadEndpoints(IEnumerable<string> texts, EtcdConnectionOptions options, ref int problems)
    {
        var endpoints = new List<EtcdEndpoint>();

        // An empty one is most often a variable that was never set.
        foreach (var text in texts)
        {
            try
            {
                endpoints.Add(Locate(EtcdEndpoint.Parse(text, options.DefaultScheme)));
            }
            catch (EtcdEndpointException problem)
            {
                problems++;
                WriteError(ErrorRecords.InvalidEndpoint(problem));
            }
        }

        return [.. endpoints.Distinct()];
    }

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
