using System.Management.Automation;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>The base of cmdlets that plan: which members, and when one is worth its pause.</summary>
public abstract class PlanningCmdlet : ClusterCmdlet
{
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

    private protected PlanOptions PlanOptions { get; private set; } = new();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        PlanOptions = new PlanOptions
        {
            Policy = PolicyParameters.Read(this, Rule, Policy),
            QuotaBytes = QuotaBytes > 0 ? QuotaBytes : null,
        };
    }
}
