using System.Management.Automation;
using EtcdDefrag.Model;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Test-EtcdDefragPolicy: what a policy says to a member's numbers, wherever they come from. Speaks to nobody.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EtcdDefragPolicy")]
[OutputType(typeof(EtcdPolicyResult))]
[OutputType(typeof(PSObject))]
public sealed class TestEtcdDefragPolicyCommand : PSCmdlet
{
    private EtcdDefragPolicy _policy = new();
    private string? _rule;

    /// <summary>What -PassThru passes through: a status, or any object with the properties DbSize and DbSizeInUse.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The size of the database file in bytes.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0L, long.MaxValue)]
    public long DbSize { get; set; }

    /// <summary>The bytes of the file that hold live pages.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0L, long.MaxValue)]
    public long DbSizeInUse { get; set; }

    /// <summary>The storage quota in bytes; nothing or 0 where it is not known.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long? DbQuota { get; set; }

    /// <summary>Where the quota is known from. Only None counts here: the member has no quota, and fills none of it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public EtcdQuotaSource DbQuotaSource { get; set; }

    /// <summary>Whether the member leads its cluster.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter IsLeader { get; set; }

    /// <summary>Whether the member is a learner.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter IsLearner { get; set; }

    /// <summary>The member's etcd version, for example 3.5.16.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Version { get; set; }

    /// <summary>How many raft entries the member is behind the furthest member.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ulong RaftLag { get; set; }

    /// <summary>The alarms that are armed for the member.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public EtcdAlarmType[]? Alarms { get; set; }

    /// <summary>The rule to judge by, for example <c>dbQuotaUsage &gt; 80% or dbSizeFree &gt; 200M</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RuleCompleter))]
    public string? Rule
    {
        get => _rule;
        set => _rule = value ?? PolicyChoice.NoText;
    }

    /// <summary>The policy to judge by: one from New-EtcdDefragPolicy, or a preset by its name.</summary>
    [Parameter]
    [ValidateNotNull]
    [PolicyPreset]
    [ArgumentCompleter(typeof(PolicyPresetCompleter))]
    public EtcdDefragPolicy? Policy { get; set; }

    /// <summary>Whether to pass through, unchanged, the objects that the policy matches, and say nothing of the others.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var policy = PolicyChoice.Read(this, Rule, Policy);
        if (policy is null)
        {
            ThrowTerminatingError(ErrorRecords.NoPolicy());
        }

        _policy = policy!;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (PassThru && InputObject is null)
        {
            ThrowTerminatingError(ErrorRecords.NothingToPassThru());
        }

        try
        {
            Show(ReadNumbers().Judge(_policy));
        }
        catch (RuleEvaluationException unknown)
        {
            WriteError(ErrorRecords.PolicyUnanswerable(unknown, (object?)InputObject ?? _policy.Rule?.Text));
        }
    }

    private void Show(EtcdPolicyResult result)
    {
        if (!PassThru)
        {
            WriteObject(result);
            return;
        }

        WriteVerbose($"{InputObject}: {(result.IsMatch ? "matches" : "does not match")}. {result.Reason}");
        if (result.IsMatch)
        {
            WriteObject(InputObject);
        }
    }

    private GivenNumbers ReadNumbers() => new()
    {
        DbSize = DbSize,
        DbSizeInUse = DbSizeInUse,
        DbQuota = DbQuota,
        HasNoQuota = DbQuotaSource == EtcdQuotaSource.None,
        IsLeader = IsLeader,
        IsLearner = IsLearner,
        Version = Version,
        RaftLag = RaftLag,
        Alarms = Alarms ?? [],
    };
}
