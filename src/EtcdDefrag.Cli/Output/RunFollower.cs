using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Follows a run: the log goes to standard error, and the results to standard output in the form that was asked for. Approves
/// nothing in a dry run.
/// </summary>
internal sealed class RunFollower : IDefragObserver
{
    private readonly RunReporter _reporter;
    private readonly RunJson? _json;
    private readonly RecordWriter? _atEnd;
    private readonly List<EtcdDefragResult> _results = [];
    private readonly HashSet<string> _spared = [];

    public RunFollower(CommandHost host, RunLog log, OutputForm form, bool isHex = false, bool isDryRun = false)
    {
        _reporter = new RunReporter(log, form == OutputForm.Simple ? new RunLog(host.Output, host.Time) : log, isDryRun);
        _json = form == OutputForm.Json ? new RunJson(host.Output) : null;
        _atEnd = form is OutputForm.Table or OutputForm.Fields ? new RecordWriter(host.Output, form, isHex) : null;
    }

    public async Task OnEventAsync(DefragEvent happened)
    {
        await _reporter.OnEventAsync(happened).ConfigureAwait(false);
        var finished = happened as StepFinished;
        var isSpared = finished is not null && _spared.Contains(finished.Result.MemberId);
        var told = isSpared ? finished! with { Result = finished.Result with { Reason = "Dry run: it would be defragmented." } } : happened;
        if (_json is not null)
        {
            await _json.WriteAsync(told, isSpared).ConfigureAwait(false);
        }

        if (told is StepFinished { Result: var result })
        {
            _results.Add(result);
        }
        else if (told is RunStopped && _atEnd is not null)
        {
            await _atEnd.WriteAsync([.. _results.Select(r => RunRecords.Of(r, _spared.Contains(r.MemberId)))]).ConfigureAwait(false);
        }
    }

    /// <summary>Ends what was written in good form where the run itself broke off: whoever reads the objects waits for the last one.</summary>
    /// <param name="at">When.</param>
    /// <param name="failure">Why.</param>
    /// <returns>What is known of the run.</returns>
    public async Task<DefragReport> BreakOffAsync(DateTimeOffset at, Exception failure)
    {
        var report = new DefragReport(_results, null, [], false) { Failures = [failure.Message] };
        if (_json is not null)
        {
            await _json.WriteAsync(new RunStopped(at, report)).ConfigureAwait(false);
        }

        return report;
    }

    public async Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken)
    {
        var isApproved = await _reporter.ApproveAsync(nextStep, cancellationToken).ConfigureAwait(false);
        if (!isApproved)
        {
            _spared.Add(nextStep.MemberId);
        }

        return isApproved;
    }
}
