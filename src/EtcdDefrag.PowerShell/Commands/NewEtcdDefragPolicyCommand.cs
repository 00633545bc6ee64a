using System.Management.Automation;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>New-EtcdDefragPolicy: a policy for -Policy, of a rule or of thresholds, or a preset with some of them changed.</summary>
[Cmdlet(VerbsCommon.New, "EtcdDefragPolicy")]
[OutputType(typeof(EtcdDefragPolicy))]
public sealed class NewEtcdDefragPolicyCommand : PSCmdlet
{
    // Ten years: more is beyond any schedule.
    private const double MaxMinutes = 10 * 366 * 24 * 60;

    /// <summary>The preset, by its name, or the policy to begin with.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    [PolicyPreset]
    [ArgumentCompleter(typeof(PolicyPresetCompleter))]
    public EtcdDefragPolicy? Preset { get; set; }

    /// <summary>The policy's name, for messages. Default: the preset's, or Custom.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The rule that decides, for example <c>dbQuotaUsage &gt; 80% or dbSizeFree &gt; 200M</c>; in place of thresholds.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RuleCompleter))]
    public string? Rule { get; set; }

    /// <summary>A trigger: the free part of the file, in percent of it. $null turns that of a preset off.</summary>
    [Parameter]
    [RangeOrNothing(0, 100)]
    public double? MaxFragmentedPercentage { get; set; }

    /// <summary>A trigger: the size of the file, in percent of the quota. $null turns that of a preset off.</summary>
    [Parameter]
    [RangeOrNothing(0, 100)]
    public double? MaxQuotaUsagePercentage { get; set; }

    /// <summary>A floor: the size of the file, in bytes. $null turns that of a preset off.</summary>
    [Parameter]
    [RangeOrNothing(0, long.MaxValue)]
    public long? MinDbSize { get; set; }

    /// <summary>A floor: the bytes that can be reclaimed. $null turns that of a preset off.</summary>
    [Parameter]
    [RangeOrNothing(0, long.MaxValue)]
    public long? MinReclaimable { get; set; }

    /// <summary>A floor: the time since the member was last defragmented, in minutes, where that is known. $null turns it off.</summary>
    [Parameter]
    [RangeOrNothing(0, MaxMinutes)]
    public double? MinIntervalMinutes { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var start = Preset ?? new EtcdDefragPolicy();
        var policy = Change(start);
        if (!HasCondition(policy))
        {
            ThrowTerminatingError(ErrorRecords.EmptyPolicy());
        }

        if (policy.Rule is { } rule && HasThreshold(policy))
        {
            ThrowTerminatingError(ErrorRecords.RuleAndThresholds(rule));
        }

        var named = policy == start ? policy : Rename(policy);
        WriteObject(Name is null ? named : named with { Name = Name });
    }

    private EtcdDefragPolicy Change(EtcdDefragPolicy start) => start with
    {
        Rule = IsGiven(nameof(Rule)) ? PolicyParameters.ReadRule(this, Rule ?? "") : start.Rule,
        MaxFragmentedPercentage = IsGiven(nameof(MaxFragmentedPercentage)) ? MaxFragmentedPercentage : start.MaxFragmentedPercentage,
        MaxQuotaUsagePercentage = IsGiven(nameof(MaxQuotaUsagePercentage)) ? MaxQuotaUsagePercentage : start.MaxQuotaUsagePercentage,
        MinDbSize = IsGiven(nameof(MinDbSize)) ? MinDbSize : start.MinDbSize,
        MinReclaimable = IsGiven(nameof(MinReclaimable)) ? MinReclaimable : start.MinReclaimable,
        MinInterval = !IsGiven(nameof(MinIntervalMinutes)) ? start.MinInterval
            : MinIntervalMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
    };

    /// <summary>A preset that was changed no longer is what its name and source say.</summary>
    private EtcdDefragPolicy Rename(EtcdDefragPolicy policy) => policy with
    {
        Name = "Custom",
        Source = Preset is null ? "" : $"{Preset.Name}, changed",
    };

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static bool HasCondition(EtcdDefragPolicy policy) =>
        policy.Rule is not null || policy.MinInterval is not null || HasThreshold(policy);

    private static bool HasThreshold(EtcdDefragPolicy policy) =>
        policy is not { MaxFragmentedPercentage: null, MaxQuotaUsagePercentage: null, MinDbSize: null, MinReclaimable: null };
}
