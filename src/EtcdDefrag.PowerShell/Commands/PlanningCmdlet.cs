using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>The base of cmdlets that plan: which members, and when one is worth its pause.</summary>
public abstract class PlanningCmdlet : ClusterCmdlet
{
    private static readonly DefragRequest Defaults = new() { Endpoints = [] };
    private PlanOptions _planOptions = new();

    /// <summary>Whether to take every member of the cluster, and not only those that are named.</summary>
    [Parameter]
    public SwitchParameter Cluster { get; set; }

    /// <summary>When a member is worth its pause, for example <c>dbQuotaUsage &gt; 80% or dbSizeFree &gt; 200M</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RuleCompleter))]
    public string? Rule { get; set; }

    /// <summary>When a member is worth its pause: a policy from New-EtcdDefragPolicy, or the name of a preset.</summary>
    [Parameter]
    [ValidateNotNull]
    [PolicyPreset]
    [ArgumentCompleter(typeof(PolicyPresetCompleter))]
    public EtcdDefragPolicy? Policy { get; set; }

    /// <summary>The members' storage quota in bytes, where neither a member's status nor its metrics say one.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long QuotaBytes { get; set; }

    /// <summary>
    /// Whether to override, with a warning, the guards that allow it: VoterUnreachable (while the quorum can spare one
    /// more), SnapshotInProgress, DiskFull, VersionHazard, MixedVersions, SmallCluster. Never passed are NotPermitted, CorruptAlarm,
    /// NotTheMember, DefragInFlight, NoSingleLeader, QuorumAtRisk, RaftLag and RunLock. It does not answer -Confirm.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether to go on in a cluster of one or two voters, whose users notice the pause. It overrides no other guard.</summary>
    [Parameter]
    public SwitchParameter AllowSmallCluster { get; set; }

    /// <summary>How far a voter may be behind the furthest, in raft entries. Default 1000.</summary>
    [Parameter]
    public ulong MaxRaftLag { get; set; } = Defaults.MaxRaftLag;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _planOptions = new PlanOptions
        {
            Policy = PolicyParameters.Read(this, Rule, Policy),
            QuotaBytes = QuotaBytes > 0 ? QuotaBytes : null,
        };
    }

    /// <summary>What is asked for, as far as a plan depends on it.</summary>
    private protected DefragRequest ToPlanRequest(EtcdConnection target) => new()
    {
        Endpoints = target.GetEndpoints(),
        WholeCluster = Cluster,
        Plan = _planOptions,
        Force = Force,
        AllowSmallCluster = AllowSmallCluster,
        MaxRaftLag = MaxRaftLag,
    };
}
