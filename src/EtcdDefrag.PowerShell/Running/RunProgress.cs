using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>The progress bars of a run: one for all of it, and below it one for the current member.</summary>
internal sealed class RunProgress
{
    private const int RunId = 2379;
    private const int StepId = 2380;
    private const string Activity = "Defragmenting etcd members";

    private readonly HashSet<int> _shown = [];
    private Dictionary<string, TimeSpan> _left = [];
    private int _steps;
    private int _finished;
    private TimeSpan _pause;

    /// <summary>A run begins: nothing is planned yet.</summary>
    /// <param name="pause">How long it will wait between two members.</param>
    public void BeginRun(TimeSpan pause) => (_steps, _finished, _pause, _left) = (0, 0, pause, []);

    /// <summary>Takes what is left to do, which may come in another order than before, and gives each step its place.</summary>
    public IEnumerable<(EtcdDefragStep Step, string Place)> Plan(IReadOnlyList<EtcdDefragStep> left)
    {
        _steps = _finished + left.Count;
        _left = left.ToDictionary(
            s => s.MemberId, s => s.Action == EtcdDefragAction.Skip ? TimeSpan.Zero : s.EstimatedPause, StringComparer.Ordinal);
        return left.Select((step, index) => (step, Place(_finished + index + 1)));
    }

    /// <summary>A member's turn is over.</summary>
    public void Finish(string memberId)
    {
        _finished++;
        _left.Remove(memberId);
    }

    /// <summary>Shows what is being done with a member.</summary>
    public IEnumerable<ProgressRecord> Show(EtcdDefragStep step, string doing)
    {
        _shown.Add(StepId);
        var member = ViewText.Member(step.Endpoint, step.Name, step.IsLeader);
        return
        [
            ShowRun(Place(_finished + 1)),
            new ProgressRecord(StepId, member, doing)
            {
                ParentActivityId = RunId,
                PercentComplete = -1,
                SecondsRemaining = Seconds(step.EstimatedPause),
            },
        ];
    }

    /// <summary>Shows what is being done between two members.</summary>
    public IEnumerable<ProgressRecord> Show(string doing)
    {
        var record = ShowRun(string.Create(CultureInfo.CurrentCulture, $"{_finished} of {_steps} done"));
        record.CurrentOperation = doing;
        return _shown.Remove(StepId) ? [Completed(StepId), record] : [record];
    }

    /// <summary>Removes the bars; called on the pipeline thread at the end, whatever came before.</summary>
    public void Complete(Cmdlet cmdlet)
    {
        try
        {
            foreach (var id in _shown.Where(_ => CmdletStreams.IsInteractive).OrderDescending())
            {
                cmdlet.WriteProgress(Completed(id));
            }
        }
        catch (PipelineStoppedException)
        {
            // A pipeline that is being stopped takes nothing; its host removes the bars.
        }
    }

    private ProgressRecord ShowRun(string status)
    {
        _shown.Add(RunId);
        return new ProgressRecord(RunId, Activity, status)
        {
            PercentComplete = _steps == 0 ? -1 : 100 * _finished / _steps,
            SecondsRemaining = Seconds(_left.Values.Aggregate(_pause * Math.Max(0, _left.Count - 1), (sum, next) => sum + next)),
        };
    }

    private static ProgressRecord Completed(int id) => new(id, Activity, "Done") { RecordType = ProgressRecordType.Completed };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private string Place(int number) => string.Create(CultureInfo.CurrentCulture, $"{number} of {_steps}");
}
