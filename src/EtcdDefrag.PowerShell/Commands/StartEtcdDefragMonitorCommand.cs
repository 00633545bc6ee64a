using System.Management.Automation;
using EtcdDefrag.Events;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Monitoring;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>
/// Start-EtcdDefragMonitor: checks clusters again and again, and defragments the members that the policy says are worth it, until it is
/// stopped. Writes every event as it happens.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "EtcdDefragMonitor", DefaultParameterSetName = EndpointSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdMonitorEvent))]
public sealed class StartEtcdDefragMonitorCommand : EtcdCmdlet
{
    private const string EndpointSet = "Endpoint";
    private const string ConfigurationPathSet = "ConfigurationPath";

    private static readonly MonitorConfiguration Defaults = new() { Clusters = [] };
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(366);

    /// <summary>
    /// A file that says everything: the clusters, how to reach them, when to check. See docs/monitoring.md. It is read again when it
    /// changes.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ConfigurationPathSet)]
    [ValidateNotNullOrEmpty]
    public string ConfigurationPath { get; set; } = "";

    /// <summary>From the end of one check to the next: 1 second to 366 days. Default 11 minutes.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public TimeSpan CheckInterval { get; set; } = Defaults.CheckInterval;

    /// <summary>When a member is worth its pause, for example <c>dbQuotaUsage &gt; 80% or dbSizeFree &gt; 200M</c>.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ArgumentCompleter(typeof(RuleCompleter))]
    public string? Rule { get; set; }

    /// <summary>
    /// When a member is worth its pause: a policy from New-EtcdDefragPolicy, or a preset by its name. Default: OpenShift, which is 45 %
    /// fragmented and 100 MiB.
    /// </summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNull]
    [PolicyPreset]
    [ArgumentCompleter(typeof(PolicyPresetCompleter))]
    public EtcdDefragPolicy? Policy { get; set; }

    /// <summary>The members' storage quota in bytes. It counts where neither a member's status nor its metrics say one.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1L, long.MaxValue)]
    public long QuotaBytes { get; set; }

    /// <summary>How long to wait between two members, in seconds. Default 36.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(0.0, 86400.0)]
    public double PauseSeconds { get; set; } = Defaults.PauseBetweenMembers.TotalSeconds;

    /// <summary>Whether to hand leadership over before the leader is defragmented.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter MoveLeader { get; set; }

    /// <summary>Whether to go on in a cluster of one or two voters, whose users feel the pause.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter AllowSmallCluster { get; set; }

    /// <summary>Whether to clear NOSPACE alarms once every member's file is below -DisarmThreshold of its quota.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter AutoDisarm { get; set; }

    /// <summary>Up to which part of its quota every member's file may be large for -AutoDisarm to clear alarms, above 0 and below 1. Default 0.9.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(0.01, 0.99)]
    public double DisarmThreshold { get; set; } = Defaults.DisarmThreshold;

    /// <summary>Whether the first check comes as soon as the cluster is well, instead of an interval after the start.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter DefragOnStartup { get; set; }

    /// <summary>How many rounds in a row may fail before a cluster counts as degraded. Default 3.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 1000)]
    public int FailureBudget { get; set; } = Defaults.FailureBudget;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (CheckInterval < MinInterval || CheckInterval > MaxInterval)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCheckInterval(CheckInterval));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var (target, create) = ParameterSetName == ConfigurationPathSet ? PrepareFile() : PrepareClusters();
        if (create is not null)
        {
            try
            {
                Await((streams, cancellationToken) => WatchAsync(target, create, streams, cancellationToken));
            }
            catch (MonitorConfigurationException unusable)
            {
                ThrowTerminatingError(ErrorRecords.InvalidMonitorConfiguration(unusable));
            }
        }
    }

    private static async Task WatchAsync(string target, Func<bool, CmdletStreams, MonitorLoop> create, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var isWhatIf = await streams.IsWhatIfAsync().ConfigureAwait(false);
        var isApproved = await streams.ShouldProcessAsync(target, "Watch, and defragment members whenever the policy says so").ConfigureAwait(false);
        if (!isApproved && !isWhatIf)
        {
            return;
        }

        var output = new EventStreams(streams, cancellationToken);
        await foreach (var monitorEvent in create(isWhatIf, streams).RunAsync(cancellationToken).ConfigureAwait(false))
        {
            await output.WriteAsync(monitorEvent).ConfigureAwait(false);
        }

        // The loop has ended in order; the pipeline must still learn that it was stopped.
        cancellationToken.ThrowIfCancellationRequested();
    }

    private (string Target, Func<bool, CmdletStreams, MonitorLoop>? Create) PrepareFile()
    {
        WarnAboutIgnoredParameters();
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(ConfigurationPath, out var provider, out _);
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
        {
            ThrowTerminatingError(ErrorRecords.NotAFile(nameof(ConfigurationPath), ConfigurationPath));
        }

        var file = new ConfigurationFile(path);
        return ($"the clusters of {file.Name}", (isDryRun, streams) =>
            new MonitorLoop(file, () => Connector.Create(streams), TimeProvider.System) { DryRun = isDryRun, Timeout = TimeSpan.Zero });
    }

    private (string Target, Func<bool, CmdletStreams, MonitorLoop>? Create) PrepareClusters()
    {
        var policy = PolicyParameters.Read(this, Rule, Policy) ?? MonitorConfiguration.DefaultPolicy;
        if (!MonitorConfiguration.CanBeSatisfied(policy))
        {
            ThrowTerminatingError(ErrorRecords.EndlessPolicy(policy));
        }

        var connections = FindConnections(byCluster: true, out var unreadable);
        if (unreadable > 0 || connections.Count == 0)
        {
            // A name that cannot be read may stand for a member that matters: then no member is contacted at all.
            return ("", null);
        }

        if (connections.SelectMany(c => c.Endpoint).GroupBy(e => e, StringComparer.Ordinal).FirstOrDefault(e => e.Count() > 1) is { } twice)
        {
            ThrowTerminatingError(ErrorRecords.ClusterNamedTwice(twice.Key));
        }

        WarnOfSkippedChecks(connections.Select(c => c.GetOptions()));
        var configuration = Defaults with
        {
            Clusters = [.. connections.Select(c => new MonitoredCluster
            {
                Name = connections.Count == 1 ? "etcd" : c.GetEndpoints()[0].ToString(),
                Endpoints = c.GetEndpoints(),
                Options = c.GetOptions(),
            })],
            CheckInterval = CheckInterval,
            Policy = policy,
            DbQuota = QuotaBytes > 0 ? QuotaBytes : null,
            PauseBetweenMembers = TimeSpan.FromSeconds(PauseSeconds),
            MoveLeader = MoveLeader,
            AllowSmallCluster = AllowSmallCluster,
            AutoDisarm = AutoDisarm,
            DisarmThreshold = DisarmThreshold,
            DefragOnStartup = DefragOnStartup,
            FailureBudget = FailureBudget,
        };
        var target = string.Join("; ", connections.Select(c => c.ToString()));
        return (target, (isDryRun, streams) =>
            new MonitorLoop(configuration, () => Connector.Create(streams), TimeProvider.System) { DryRun = isDryRun, Timeout = TimeSpan.Zero });
    }

    /// <summary>A parameter may come from the session's defaults, so it is not an error; the warning says that it has no effect.</summary>
    private void WarnAboutIgnoredParameters()
    {
        string[] own = [nameof(ConfigurationPath), .. CommonParameters, .. OptionalCommonParameters];
        var given = MyInvocation.BoundParameters.Keys.Except(own, StringComparer.OrdinalIgnoreCase);
        string[] ignored = [.. given.Order(StringComparer.Ordinal).Select(k => $"-{k}")];
        if (ignored.Length > 0)
        {
            const string Why = "not count beside -ConfigurationPath: the file says which clusters there are and how to reach them.";
            WriteWarning($"{string.Join(", ", ignored)} {(ignored.Length == 1 ? "does" : "do")} {Why}");
        }
    }
}
