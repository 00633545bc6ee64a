using System.Management.Automation;
using EtcdDefrag.Model;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Connecting;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Test-EtcdDefragPolicy: judges a member's numbers, wherever they come from, by a policy. Contacts no member.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EtcdDefragPolicy")]
[OutputType(typeof(EtcdPolicyResult))]
[OutputType(typeof(PSObject))]
public sealed class TestEtcdDefragPolicyCommand : AsyncCmdlet
{
    private readonly HashSet<string> _given = new(StringComparer.OrdinalIgnoreCase);
    private EtcdDefragPolicy _policy = new();

    /// <summary>Statuses, or any objects with the properties DbSize and DbSizeInUse; the parameters override the properties.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject[]? InputObject { get; set; }

    /// <summary>The size of the database file in bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0L, long.MaxValue)]
    public long DbSize { get; set; }

    /// <summary>The bytes of the file that hold live pages.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0L, long.MaxValue)]
    public long DbSizeInUse { get; set; }

    /// <summary>The storage quota in bytes; null or 0 where it is not known.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long? DbQuota { get; set; }

    /// <summary>Where the quota is known from. Only None counts here: the member has no quota.</summary>
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
    public string? Rule { get; set; }

    /// <summary>The policy to judge by: one from New-EtcdDefragPolicy, or the name of a preset.</summary>
    [Parameter]
    [ValidateNotNull]
    [PolicyPreset]
    [ArgumentCompleter(typeof(PolicyPresetCompleter))]
    public EtcdDefragPolicy? Policy { get; set; }

    /// <summary>Whether to pass through, unchanged, the objects that the policy matches, instead of verdicts.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _given.UnionWith(MyInvocation.BoundParameters.Keys);
        _policy = PolicyParameters.Read(this, Rule, Policy) ?? throw this.Terminate(ErrorRecords.NoPolicy());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (PassThru && InputObject is null)
        {
            ThrowTerminatingError(ErrorRecords.NothingToPassThru());
        }

        foreach (var item in InputObject ?? [null!])
        {
            Judge(item);
        }
    }

    private void Judge(PSObject? item)
    {
        try
        {
            if (!IsKnown(item, nameof(DbSize)) || !IsKnown(item, nameof(DbSizeInUse)))
            {
                WriteError(ErrorRecords.NoSizes(item));
                return;
            }

            var facts = ReadFacts(item);
            Show(item, facts, _policy.Judge(facts));
        }
        catch (RuleEvaluationException unknown)
        {
            WriteError(ErrorRecords.PolicyUnanswerable(unknown, (object?)item ?? _policy.Rule?.Text));
        }
        catch (PSInvalidCastException unreadable)
        {
            WriteError(ErrorRecords.NoSizes(item, unreadable));
        }
    }

    private void Show(PSObject? item, MemberFacts facts, PolicyVerdict verdict)
    {
        if (!PassThru)
        {
            WriteObject(Describe(item, facts, verdict));
            return;
        }

        WriteVerbose($"{item}: {(verdict.IsMatch ? "matches" : "does not match")}. {verdict.Reason}");
        if (verdict.IsMatch)
        {
            WriteObject(item);
        }
    }

    private static EtcdPolicyResult Describe(PSObject? item, MemberFacts facts, PolicyVerdict verdict)
    {
        var named = item is null ? null : PipelineObject.Read(item);
        return new EtcdPolicyResult
        {
            Endpoint = named?.Endpoints is [var endpoint] ? endpoint : null,
            Name = PipelineObject.ReadText(item, nameof(EtcdPolicyResult.Name)) ?? "",
            MemberId = PipelineObject.ReadText(item, nameof(EtcdPolicyResult.MemberId)) ?? "",
            ClusterId = named?.ClusterId ?? "",
            IsLeader = facts.IsLeader,
            IsMatch = verdict.IsMatch,
            Reason = verdict.Reason,
            Warning = verdict.Warning,
            DbSize = facts.DbSize,
            DbSizeInUse = facts.DbSizeInUse,
            DbQuota = facts.DbQuota == MemberFacts.NoQuota ? null : facts.DbQuota,
            Connection = named?.Options,
        };
    }

    private MemberFacts ReadFacts(PSObject? item)
    {
        var quota = Read(item, nameof(DbQuota), DbQuota);
        var hasNoQuota = Read(item, nameof(DbQuotaSource), DbQuotaSource) == EtcdQuotaSource.None;
        var isNoSpaceArmed = Read(item, nameof(Alarms), Alarms)?.Contains(EtcdAlarmType.NoSpace) ?? false;
        return new MemberFacts
        {
            DbSize = Read(item, nameof(DbSize), DbSize),
            DbSizeInUse = Read(item, nameof(DbSizeInUse), DbSizeInUse),
            DbQuota = quota > 0 ? quota : hasNoQuota ? MemberFacts.NoQuota : null,
            IsLeader = Read(item, nameof(IsLeader), IsLeader),
            IsLearner = Read(item, nameof(IsLearner), IsLearner),
            HasNoSpaceAlarm = isNoSpaceArmed,
            IsNoSpaceArmed = isNoSpaceArmed,
            RaftLag = Read(item, nameof(RaftLag), RaftLag),
            Version = Read(item, nameof(Version), Version),
        };
    }

    private bool IsKnown(PSObject? item, string property) =>
        _given.Contains(property) || item?.Properties[property]?.Value is not null;

    /// <summary>PowerShell binds properties only of objects from the pipeline; those of an argument are read here.</summary>
    private T Read<T>(PSObject? item, string property, T own) =>
        _given.Contains(property) || item?.Properties[property]?.Value is not { } value ? own : LanguagePrimitives.ConvertTo<T>(value);
}
