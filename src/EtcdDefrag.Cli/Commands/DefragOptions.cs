using System.CommandLine;
using System.CommandLine.Parsing;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The flags of the command itself. Names are those of etcdctl and etcd-defrag where they have one.</summary>
internal static class DefragOptions
{
    private static readonly DefragRequest Defaults = new() { Endpoints = [] };

    private static readonly Option<string[]> Endpoints = new("--endpoints")
    {
        Description = "Comma separated etcd endpoints.",
        DefaultValueFactory = _ => ["127.0.0.1:2379"],
        HelpName = "host:port,...",
    };

    private static readonly Option<bool> Cluster = new("--cluster") { Description = "Use all endpoints from the cluster member list." };

    private static readonly Option<bool> ContinueOnError = new("--continue-on-error")
    {
        Description = "Whether to go on with the next endpoint if one refuses and the cluster is still well.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<string?> Rule = new("--defrag-rule")
    {
        Description = "Defragment only the members that this rule matches, for example 'dbQuotaUsage > 0.8 || dbSizeFree > 200M'.",
        HelpName = "rule",
    };

    private static readonly Option<string?> Policy = new("--policy")
    {
        Description = $"Defragment only the members that this policy is for: {string.Join(", ", PolicyPresets.All.Select(p => p.Name))}.",
        HelpName = "name",
    };

    private static readonly Option<long?> QuotaBytes = new("--etcd-storage-quota-bytes")
    {
        Description = "The members' quota, for etcd that says it neither in its status nor in its metrics.",
        HelpName = "bytes",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Do everything but the defragmentation itself, and change nothing." };

    private static readonly Option<bool> MoveLeader = new("--move-leader") { Description = "Hand leadership over before the leader is defragmented." };

    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Go on where a guard that allows it refuses: a cluster of one or two, an unreachable voter that the quorum can spare, a running backup, mixed or hazardous versions.",
    };

    private static readonly Option<bool> NoLock = new("--no-lock") { Description = "Go without the key in etcd that keeps two runs apart." };

    private static readonly Option<ulong> MaxRaftLag = new("--max-raft-lag")
    {
        Description = "How many raft entries a voter may be behind.",
        DefaultValueFactory = _ => Defaults.MaxRaftLag,
        HelpName = "entries",
    };

    private static readonly Option<TimeSpan?> Pause = Duration("--wait-between-defrags", "How long to wait between two members, and after a move of the leader.", Defaults.Pause);

    private static readonly Option<TimeSpan?> SettleTimeout = Duration("--settle-timeout", "How long the cluster may take to be well again after a member.", Defaults.SettleTimeout);

    public static void AddTo(Command command)
    {
        Policy.Validators.Add(CheckPolicy);
        QuotaBytes.Validators.Add(CheckQuota);
        foreach (var option in new Option[] { Endpoints, Cluster, Rule, Policy, QuotaBytes, DryRun, ContinueOnError, MoveLeader, Force, NoLock, MaxRaftLag, Pause, SettleTimeout })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The rule as it was typed; null for none.</summary>
    public static string? RuleOf(ParseResult parsed) => parsed.GetValue(Rule) is { Length: > 0 } text ? text : null;

    /// <summary>Whether nothing is to be changed.</summary>
    public static bool IsDryRun(ParseResult parsed) => parsed.GetValue(DryRun);

    /// <summary>Reads the request.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="rule">The rule, read already.</param>
    /// <exception cref="EtcdEndpointException">An endpoint is none.</exception>
    public static DefragRequest Read(ParseResult parsed, DefragRule? rule) => new()
    {
        // An empty entry is refused, not passed over: it is most often a variable that was never set.
        Endpoints = [.. (parsed.GetValue(Endpoints) ?? []).SelectMany(text => text.Split(',')).Select(EtcdEndpoint.Parse)],
        Plan = new PlanOptions
        {
            Policy = rule is not null ? new EtcdDefragPolicy { Rule = rule } : parsed.GetValue(Policy) is { } name ? PolicyPresets.Find(name) : null,
            QuotaBytes = parsed.GetValue(QuotaBytes),
        },
        WholeCluster = parsed.GetValue(Cluster),
        ContinueOnError = parsed.GetValue(ContinueOnError),
        MoveLeader = parsed.GetValue(MoveLeader),
        Force = parsed.GetValue(Force),
        NoLock = parsed.GetValue(NoLock),
        MaxRaftLag = parsed.GetValue(MaxRaftLag),
        Pause = parsed.GetValue(Pause) ?? Defaults.Pause,
        SettleTimeout = parsed.GetValue(SettleTimeout) ?? Defaults.SettleTimeout,
    };

    private static void CheckPolicy(OptionResult result)
    {
        if (result.GetValueOrDefault<string?>() is { } name && PolicyPresets.Find(name) is null)
        {
            result.AddError($"'{name}' is no policy; known are {string.Join(", ", PolicyPresets.All.Select(p => p.Name))}.");
        }
        else if (!string.IsNullOrEmpty(result.GetValue(Rule)))
        {
            result.AddError("--policy and --defrag-rule cannot both decide; give one of them.");
        }
    }

    private static void CheckQuota(OptionResult result)
    {
        if (result.GetValueOrDefault<long?>() is <= 0)
        {
            result.AddError("--etcd-storage-quota-bytes is a number of bytes above 0.");
        }
    }

    private static Option<TimeSpan?> Duration(string name, string description, TimeSpan value) => new(name)
    {
        Description = $"{description} [default: {GoDuration.Write(value)}]",
        HelpName = "duration",
        CustomParser = ReadDuration,
    };

    private static TimeSpan? ReadDuration(ArgumentResult argument)
    {
        var text = argument.Tokens.Count > 0 ? argument.Tokens[0].Value : "";
        if (GoDuration.TryParse(text, out var time))
        {
            return time;
        }

        argument.AddError($"'{text}' is not a duration; write 500ms, 36s or 1m30s.");
        return null;
    }
}
