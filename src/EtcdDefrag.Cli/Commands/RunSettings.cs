using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What a run is asked to do, without the cluster: read from the flags and checked against each other.</summary>
internal sealed class RunSettings
{
    private readonly FlagValues _values;

    /// <exception cref="UsageException">A flag is not supported, or two of them exclude each other.</exception>
    public RunSettings(FlagValues values)
    {
        _values = values;
        RejectDataDirectory();
        CheckCombinations();
    }

    /// <summary>The rule's text; null for none.</summary>
    public string? RuleText => _values.Get(RunFlags.Rule);

    public bool IsDryRun => _values.Get(RunFlags.DryRun);

    /// <summary>Parses the rule, and logs where it is wrong.</summary>
    /// <returns>The rule; null for none.</returns>
    /// <exception cref="UsageException">The rule is not valid.</exception>
    public DefragRule? ReadRule(RunLog log)
    {
        if (RuleText is null && _values.IsOnCommandLine(RunFlags.Rule))
        {
            // As in etcd-defrag 0.42. Most often it is a variable of a script that was never set.
            log.Warn("Warning (EmptyRule): --defrag-rule is empty, which selects every member.");
        }

        try
        {
            return RuleText is { } text ? DefragRule.Parse(text) : null;
        }
        catch (RuleException invalid)
        {
            log.Write("invalid");
            log.Complain(invalid.Message.Split('\n'));
            throw new UsageException($"invalid rule \"{DisplayText.Value(invalid.Rule)}\", see above.", invalid);
        }
    }

    /// <summary>The request for a cluster, with the rule that <see cref="ReadRule"/> gave.</summary>
    public DefragRequest For(IReadOnlyList<EtcdEndpoint> endpoints, DefragRule? rule)
    {
        var policy = rule is null ? _values.Get(RunFlags.Policy) : new EtcdDefragPolicy { Rule = rule };
        var timeout = _values.Get(ConnectionFlags.CommandTimeout);
        return new DefragRequest
        {
            Endpoints = endpoints,
            Plan = new PlanOptions { Policy = policy, QuotaBytes = _values.Get(RunFlags.QuotaBytes) },
            WholeCluster = _values.Get(RunFlags.Cluster),
            NamedMembersOnly = _values.Get(RunFlags.NamedMembersOnly),
            ContinueOnError = _values.Get(RunFlags.ContinueOnError),
            MoveLeader = _values.Get(RunFlags.MoveLeader),
            AllowSmallCluster = _values.Get(RunFlags.AllowSmallCluster),
            Force = _values.Get(RunFlags.Force),
            NoLock = _values.Get(RunFlags.NoLock),
            MaxRaftLag = (ulong)_values.Get(RunFlags.MaxRaftLag),
            Pause = _values.Get(RunFlags.WaitBetweenDefrags),
            SettleTimeout = _values.Get(RunFlags.SettleTimeout),
            DefragmentTimeout = timeout,
            ObservationTimeout = _values.Get(RunFlags.ObservationTimeout),
            CompactionTimeout = timeout,
            IsDryRun = IsDryRun,
            CompactionRetain = _values.Get(RunFlags.Compaction) ? _values.Get(RunFlags.CompactionRetain) : null,
            DisarmBelow = _values.Get(RunFlags.AutoDisalarm) ? _values.Get(RunFlags.DisalarmThreshold) : null,
        };
    }

    private void RejectDataDirectory()
    {
        if (_values.Get(RunFlags.DataDir) is { } folder)
        {
            throw new UsageException(
                $"{_values.Find(RunFlags.DataDir)!.Source} is not supported: etcdutl defragments a database that no member serves. "
                + $"Stop the member, then run: etcdutl defrag --data-dir {DisplayText.Value(folder)}");
        }
    }

    private void CheckCombinations()
    {
        if (_values.Get(RunFlags.NamedMembersOnly))
        {
            Exclude(_values.Get(RunFlags.Cluster), RunFlags.NamedMembersOnly, RunFlags.Cluster);
            Exclude(_values.Get(ConnectionFlags.DiscoverySrv) is not null, RunFlags.NamedMembersOnly, ConnectionFlags.DiscoverySrv);
        }

        Exclude(RuleText is not null && _values.Get(RunFlags.Policy) is not null, RunFlags.Policy, RunFlags.Rule);
        // A variable that is set for every run may wait there for those that compact.
        if (_values.IsOnCommandLine(RunFlags.CompactionRetain) && !_values.Get(RunFlags.Compaction))
        {
            throw new UsageException("--compaction-retain has no effect without --compaction; give both.");
        }
    }

    private void Exclude(bool areBoth, Flag one, Flag other)
    {
        if (areBoth)
        {
            throw new UsageException(
                $"{_values.Find(one)!.Source} and {_values.Find(other)!.Source} are mutually exclusive; give one of them.");
        }
    }
}
