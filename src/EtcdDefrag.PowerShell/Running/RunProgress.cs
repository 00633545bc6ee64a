using System.Management.Automation;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>The progress bar of a run. Once shown it is always taken away again.</summary>
internal sealed class RunProgress
{
    private const int ActivityId = 2379;
    private const string Activity = "Defragmenting etcd members";

    private int _steps;
    private int _finished;
    private volatile bool _isShown;

    /// <summary>A run begins.</summary>
    public void Begin(int steps)
    {
        _steps = steps;
        _finished = 0;
    }

    /// <summary>A member's turn is over.</summary>
    public void Finish() => _finished++;

    /// <summary>A member is being defragmented.</summary>
    public ProgressRecord Show(DefragmentationStarted started)
    {
        _isShown = true;
        return new ProgressRecord(ActivityId, Activity, $"{_finished + 1} of {_steps}: {Describe(started.Step)}")
        {
            CurrentOperation = $"{ViewText.About(started.Step.EstimatedPause)}; Ctrl+C ends the waiting, the member goes on by itself",
            PercentComplete = _steps == 0 ? -1 : 100 * _finished / _steps,
        };
    }

    /// <summary>Takes the bar away; called on the pipeline thread at the end, however it came to that.</summary>
    public void Complete(Cmdlet cmdlet)
    {
        if (!_isShown)
        {
            return;
        }

        try
        {
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
        catch (PipelineStoppedException)
        {
            // A pipeline that is being stopped takes nothing; its host takes the bar away.
        }
    }

    private static string Describe(EtcdDefragStep step) => ViewText.Member(step.Endpoint, step.Name, step.IsLeader);
}
