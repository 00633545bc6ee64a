using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Follows a run: the log goes to standard error, and the results to standard output in the form that was asked for. Approves
/// nothing in a dry run.
/// </summary>
internal sealed class RunFollower(CommandHost host, RunLog log, OutputForm form, bool isHex = false, bool isDryRun = false)
    : IDefragObserver
{
    private readonly RunReporter _reporter = new(log, form == OutputForm.Simple ? new RunLog(host.Output, host.Time) : log, isDryRun);
    private readonly RunJson? _json = form == OutputForm.Json ? new RunJson(host.Output) : null;
    private readonly LiveLine? _live = form == OutputForm.Json ? null : host.Live;
    private readonly List<StepFinished> _finished = [];

    public Task OnEventAsync(DefragEvent runEvent)
    {
        _reporter.Report(runEvent);
        if (runEvent is not RunWarned)
        {
            _live?.Show(LiveText.After(runEvent));
        }

        _json?.Write(runEvent, runEvent is StepFinished { WasDeclined: true });
        if (runEvent is StepFinished finished)
        {
            _finished.Add(finished);
        }
        else if (runEvent is RunStopped && form is OutputForm.Table or OutputForm.Fields)
        {
            new RecordWriter(host.Output, form, isHex).Write([.. _finished.Select(f => RunRecords.Of(f.Result, isDryRun: f.WasDeclined))]);
        }

        return Task.CompletedTask;
    }

    public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
        Task.FromResult(_reporter.FindObjection(nextStep));

    /// <summary>Ends the output properly if the run itself breaks off: whoever reads the objects waits for the last one.</summary>
    /// <param name="at">When.</param>
    /// <param name="failure">Why.</param>
    /// <returns>What is known of the run.</returns>
    public DefragReport BreakOff(DateTimeOffset at, Exception failure)
    {
        var report = new DefragReport([.. _finished.Select(f => f.Result)], null, [], false) { Failures = [failure.Message] };
        _json?.Write(new RunStopped(at, report));
        return report;
    }
}
