using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Cli;

/// <summary>
/// What one front offers the other offers too, or a reason says why not. The cmdlets and their parameters are those of docs/en-US, which
/// Pester compares with the module.
/// </summary>
public sealed class FrontParityTests
{
    private const string Etcdctls = "accepted from etcdctl, and without a use in PowerShell";
    private const string OfTheRun = "plan takes every flag of the run that it is a plan of";
    private const string Waits = "a recovery by cmdlet keeps the defaults of these waits and limits";
    private const string InTheFile = "a key of the monitor's configuration file";

    /// <summary>Each cmdlet and its command; the empty name is the command itself.</summary>
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["Clear-EtcdAlarm"] = "alarm disarm",
        ["Export-EtcdDefragReport"] = "report",
        ["Get-EtcdAlarm"] = "alarm list",
        ["Get-EtcdDefragPlan"] = "plan",
        ["Get-EtcdMemberStatus"] = "status",
        ["Get-EtcdSnapshotStatus"] = "snapshot status",
        ["Invoke-EtcdCompaction"] = "compact",
        ["Invoke-EtcdDefrag"] = "",
        ["Measure-EtcdKeyspace"] = "usage",
        ["Move-EtcdLeader"] = "move-leader",
        ["Restore-EtcdSpace"] = "recover",
        ["Save-EtcdSnapshot"] = "snapshot save",
        ["Start-EtcdDefragMonitor"] = "monitor",
        ["Test-EtcdClusterHealth"] = "health",
    };

    private static readonly Dictionary<string, string> Alone = new()
    {
        ["New-EtcdConnection"] = "a command's connection is its flags, or the variables that hold them",
        ["New-EtcdDefragPolicy"] = "--defrag-rule says every policy",
        ["Test-EtcdDefragPolicy"] = "plan says of every member what the policy says of it",
        ["completion"] = "PowerShell completes parameters by itself",
        ["help"] = "Get-Help",
    };

    /// <summary>Parameters, each with the flags or the operand that says the same.</summary>
    private static readonly Dictionary<string, string[]> Flags = new()
    {
        ["AllowSmallCluster"] = ["--allow-small-cluster"],
        ["AutoDisarm"] = ["--auto-disalarm"],
        ["CACertificatePath"] = ["--cacert"],
        ["CertificatePassword"] = ["--cert-password"],
        ["CertificatePath"] = ["--cert"],
        ["Cluster"] = ["--cluster"],
        ["ConfigurationPath"] = ["--config"],
        ["ConnectionTimeoutSeconds"] = ["--dial-timeout"],
        ["ContinueOnError"] = ["--continue-on-error"],
        ["Credential"] = ["--user", "--password"],
        ["Depth"] = ["--depth"],
        ["DefragmentTimeoutSeconds"] = ["--command-timeout"],
        ["DisarmThreshold"] = ["--disalarm-threshold"],
        ["DiscoverySrv"] = ["--discovery-srv"],
        ["DiscoverySrvName"] = ["--discovery-srv-name"],
        ["Endpoint"] = ["--endpoints"],
        ["EndpointMap"] = ["--endpoint-map"],
        ["ExcludeLocalhost"] = ["--exclude-localhost"],
        ["First"] = ["--first"],
        ["Force"] = ["--force", "--overwrite"],
        ["InsecureDiscovery"] = ["--insecure-discovery"],
        ["KeyPath"] = ["--key"],
        ["LargestKey"] = ["--largest-keys"],
        ["MaxBytesPerSecond"] = ["--max-bytes-per-second"],
        ["MaxQuotaUsagePercentage"] = ["--disalarm-threshold"],
        ["MaxRaftLag"] = ["--max-raft-lag"],
        ["Member"] = ["member"],
        ["MetricsEndpoint"] = ["--metrics-endpoints"],
        ["MoveLeader"] = ["--move-leader"],
        ["NoLock"] = ["--no-lock"],
        ["ObservationTimeoutSeconds"] = ["--observation-timeout"],
        ["OperationTimeoutSeconds"] = ["--command-timeout"],
        ["Path"] = ["file"],
        ["PauseSeconds"] = ["--wait-between-defrags"],
        ["Policy"] = ["--policy"],
        ["QuotaBytes"] = ["--etcd-storage-quota-bytes"],
        ["Retain"] = ["--compaction-retain"],
        ["Rule"] = ["--defrag-rule"],
        ["ServerName"] = ["--tls-server-name"],
        ["SettleTimeoutSeconds"] = ["--settle-timeout"],
        ["SkipCertificateCheck"] = ["--insecure-skip-tls-verify"],
        ["SnapshotPath"] = ["--snapshot"],
        ["TimeoutSeconds"] = ["--command-timeout"],
        ["Title"] = ["--title"],
        ["To"] = ["member"],
        ["ToRevision"] = ["revision"],
        ["WhatIf"] = ["--dry-run"],
    };

    /// <summary>Parameters and flags without a counterpart, at every command or at one.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["-Action"] = "binds the steps of a plan from the pipeline",
        ["-Certificate"] = "an object",
        ["-CertificateThumbprint"] = "a certificate of the Windows store, which --cert cannot name",
        ["-Confirm"] = "the command asks nothing: --dry-run shows what would be done",
        ["-Connection"] = "an object",
        ["-DnsServer"] = "for sandboxes of Azure Automation, whose resolvers cannot be changed",
        ["-InputObject"] = "binds the pipeline",
        ["-LiteralPath"] = "a path in which PowerShell expands nothing, as no command does",
        ["Test-EtcdClusterHealth -Quiet"] = "the exit code says it",
        ["--auth-jwt-token"] = Etcdctls,
        ["--data-dir"] = Etcdctls,
        ["--debug"] = "the common parameter -Debug",
        ["--hex"] = "properties hold ids as text in hexadecimal digits",
        ["--insecure-transport"] = Etcdctls,
        ["--keepalive-time"] = Etcdctls,
        ["--keepalive-timeout"] = Etcdctls,
        ["--max-recv-bytes"] = Etcdctls,
        ["--max-request-bytes"] = Etcdctls,
        ["--skip-healthcheck-cluster-endpoints"] = "accepted from etcd-defrag 0.42; -EndpointMap says where the other members are",
        ["--version"] = "Get-Module",
        ["--write-out"] = "results are objects",
        ["Invoke-EtcdDefrag --compaction"] = "Invoke-EtcdCompaction",
        ["Invoke-EtcdDefrag --compaction-retain"] = "Invoke-EtcdCompaction",
        ["Test-EtcdClusterHealth --cluster"] = "accepted from etcdctl, and without an effect: health is that of the whole cluster",
        ["Export-EtcdDefragReport -NoClobber"] = "the command's page goes to standard output",
        ["Export-EtcdDefragReport -WhatIf"] = "the command changes nothing",
        ["Get-EtcdDefragPlan --dry-run"] = OfTheRun,
        ["Get-EtcdDefragPlan --continue-on-error"] = OfTheRun,
        ["Get-EtcdDefragPlan --move-leader"] = OfTheRun,
        ["Get-EtcdDefragPlan --wait-between-defrags"] = OfTheRun,
        ["Get-EtcdDefragPlan --compaction"] = OfTheRun,
        ["Get-EtcdDefragPlan --compaction-retain"] = OfTheRun,
        ["Get-EtcdDefragPlan --auto-disalarm"] = OfTheRun,
        ["Get-EtcdDefragPlan --disalarm-threshold"] = OfTheRun,
        ["Get-EtcdDefragPlan --no-lock"] = OfTheRun,
        ["Get-EtcdDefragPlan --settle-timeout"] = OfTheRun,
        ["Get-EtcdDefragPlan --observation-timeout"] = OfTheRun,
        ["Restore-EtcdSpace --wait-between-defrags"] = Waits,
        ["Restore-EtcdSpace --max-raft-lag"] = Waits,
        ["Restore-EtcdSpace --settle-timeout"] = Waits,
        ["Start-EtcdDefragMonitor -*"] = InTheFile,
        ["Start-EtcdDefragMonitor --output"] = "events are objects",
        ["Start-EtcdDefragMonitor --metrics-address"] = "a service's: a session has its events as objects",
        ["Start-EtcdDefragMonitor --metrics-file"] = "a service's: a session has its events as objects",
    };

    [Fact]
    public void Every_cmdlet_has_its_command_and_every_command_its_cmdlet()
    {
        var cmdlets = Directory.GetFiles(Repository.PathOf("docs", "en-US"), "*-*.md").Select(f => Path.GetFileNameWithoutExtension(f)).ToArray();
        var commands = PathsOf(CommandTree.Root, "").ToArray();

        Assert.NotEmpty(cmdlets);
        Assert.Equal(cmdlets.Order(), Commands.Keys.Concat(Alone.Keys.Where(a => a.Contains("-Etcd", StringComparison.Ordinal))).Order());
        Assert.Equal(commands.Order(), Commands.Values.Concat(Alone.Keys.Where(a => !a.Contains("-Etcd", StringComparison.Ordinal))).Order());
    }

    [Fact]
    public void Every_parameter_has_its_flag_and_every_flag_its_parameter()
    {
        var unmatched = Commands.SelectMany(c => FindUnmatched(ParametersOf(c.Key), WordsOf(c.Value)).Select(name => (Cmdlet: c.Key, Name: name)))
            .Select(u => (u.Cmdlet, u.Name, Reason: ReasonsFor(u.Cmdlet, u.Name).FirstOrDefault(Reasons.ContainsKey)))
            .ToArray();

        Assert.Empty(unmatched.Where(u => u.Reason is null).Select(u => $"{u.Cmdlet} {u.Name}"));
        Assert.Empty(Reasons.Keys.Except(unmatched.Select(u => u.Reason)));
    }

    private static IEnumerable<string> FindUnmatched(string[] parameters, string[] words) =>
    [
        .. parameters.Where(p => !Flags.GetValueOrDefault(p, []).Any(words.Contains)).Select(p => $"-{p}"),
        .. words.Where(w => !parameters.Any(p => Flags.GetValueOrDefault(p, []).Contains(w))),
    ];

    private static string[] ReasonsFor(string cmdlet, string name) =>
        [$"{cmdlet} {name}", name, name.StartsWith("--", StringComparison.Ordinal) ? "" : $"{cmdlet} -*"];

    private static string[] ParametersOf(string cmdlet) =>
    [
        .. File.ReadLines(Repository.PathOf("docs", "en-US", $"{cmdlet}.md"))
            .Where(l => l.StartsWith("### -", StringComparison.Ordinal)).Select(l => l["### -".Length..]),
    ];

    private static string[] WordsOf(string path)
    {
        var command = path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(CommandTree.Root, (parent, name) => parent.Find(name)!);
        return [.. command.Flags.Select(f => $"--{f.Name}"), .. command.Operand is { } operand ? [operand.Name] : Array.Empty<string>()];
    }

    /// <summary>The commands that do something, and of completion and help the name alone.</summary>
    private static IEnumerable<string> PathsOf(CommandDefinition command, string path) =>
    [
        .. command.RunAsync is null ? Array.Empty<string>() : [path],
        .. command.Commands.SelectMany(c => c.Name == "completion" ? [c.Name] : PathsOf(c, $"{path} {c.Name}".Trim())),
    ];
}
