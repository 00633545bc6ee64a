using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>How far a run has come, and its progress bar. Once shown the bar is always taken away again.</summary>
internal sealed class RunProgress
{
    private const int ActivityId = 2379;
    private const string Activity = "Defragmenting etcd members";

    private int _steps;
    private int _finished;
    private volatile bool _isShown;

    /// <summary>A run begins: nothing is planned yet.</summary>
    public void BeginRun() => (_steps, _finished) = (0, 0);

    /// <summary>Takes note of what is left to do, which may come in another order than before; gives each step its place.</summary>
    public IEnumerable<(EtcdDefragStep Step, string Place)> Plan(IReadOnlyList<EtcdDefragStep> left)
    {
        _steps = _finished + left.Count;
        return left.Select((step, index) => (step, Place(_finished + index + 1)));
    }

    /// <summary>A member's turn is over.</summary>
    public void Finish() => _finished++;

    /// <summary>Something is being done with a member.</summary>
    public ProgressRecord Show(EtcdDefragStep step, string doing) =>
        Show($"{Place(_finished + 1)}: {ViewText.Member(step.Endpoint, step.Name, step.IsLeader)}", doing);

    /// <summary>Something is being done between two members.</summary>
    public ProgressRecord Show(string doing) =>
        Show(string.Create(CultureInfo.InvariantCulture, $"{_finished} of {_steps} done"), doing);

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

    private ProgressRecord Show(string status, string doing)
    {
        _isShown = true;
        return new ProgressRecord(ActivityId, Activity, status)
        {
            CurrentOperation = doing,
            PercentComplete = _steps == 0 ? -1 : 100 * _finished / _steps,
        };
    }

    private string Place(int number) => string.Create(CultureInfo.InvariantCulture, $"{number} of {_steps}");
}
