using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Follows a run: the log goes to standard error, and the results to standard output in the form that was asked for. Approves
/// nothing in a dry run.
/// </summary>
internal sealed class RunFollower(CommandHost host, RunLog log, OutputForm form, bool isHex = false, bool isDryRun = false) : IDefragObserver
{
    private readonly RunReporter _reporter = new(log, form == OutputForm.Simple ? new RunLog(host.Output, host.Time) : log, isDryRun);
    private readonly RunJson? _json = form == OutputForm.Json ? new RunJson(host.Output) : null;
    private readonly List<EtcdDefragResult> _results = [];
    private readonly HashSet<string> _avoided = [];

    public Task OnEventAsync(DefragEvent happened)
    {
        _reporter.Report(happened);
        if (happened is StepFinished finished)
        {
            AddResult(finished);
        }
        else
        {
            _json?.Write(happened);
        }

        if (happened is RunStopped && form is OutputForm.Table or OutputForm.Fields)
        {
            new RecordWriter(host.Output, form, isHex).Write([.. _results.Select(r => RunRecords.Of(r, IsAvoided(r)))]);
        }

        return Task.CompletedTask;
    }

    public Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken)
    {
        var isApproved = _reporter.Approve(nextStep);
        if (!isApproved)
        {
            _avoided.Add(nextStep.MemberId);
        }

        return Task.FromResult(isApproved);
    }

    /// <summary>Ends the output properly if the run itself breaks off: whoever reads the objects waits for the last one.</summary>
    /// <param name="at">When.</param>
    /// <param name="failure">Why.</param>
    /// <returns>What is known of the run.</returns>
    public DefragReport BreakOff(DateTimeOffset at, Exception failure)
    {
        var report = new DefragReport(_results, null, [], false) { Failures = [failure.Message] };
        _json?.Write(new RunStopped(at, report));
        return report;
    }

    private void AddResult(StepFinished finished)
    {
        var isAvoided = IsAvoided(finished.Result);
        var result = isAvoided ? finished.Result with { Reason = "Dry run: it would be defragmented." } : finished.Result;
        _results.Add(result);
        _json?.Write(finished with { Result = result }, isAvoided);
    }

    private bool IsAvoided(EtcdDefragResult result) => _avoided.Contains(result.MemberId);
}
