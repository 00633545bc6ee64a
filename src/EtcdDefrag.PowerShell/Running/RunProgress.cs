using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>How far a run has come: one progress bar for all of it, and below it one for the member at hand. Both are always taken away again.</summary>
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

    /// <summary>Takes note of what is left to do, which may come in another order than before; gives each step its place.</summary>
    public IEnumerable<(EtcdDefragStep Step, string Place)> Plan(IReadOnlyList<EtcdDefragStep> left)
    {
        _steps = _finished + left.Count;
        _left = left.ToDictionary(s => s.MemberId, s => s.Action == EtcdDefragAction.Skip ? TimeSpan.Zero : s.EstimatedPause, StringComparer.Ordinal);
        return left.Select((step, index) => (step, Place(_finished + index + 1)));
    }

    /// <summary>A member's turn is over.</summary>
    public void Finish(string memberId)
    {
        _finished++;
        _left.Remove(memberId);
    }

    /// <summary>Something is being done with a member.</summary>
    public IEnumerable<ProgressRecord> Show(EtcdDefragStep step, string doing)
    {
        var member = ViewText.Member(step.Endpoint, step.Name, step.IsLeader);
        yield return ShowRun(Place(_finished + 1));
        yield return new ProgressRecord(Keep(StepId), member, doing)
        {
            ParentActivityId = RunId,
            PercentComplete = -1,
            SecondsRemaining = Seconds(step.EstimatedPause),
        };
    }

    /// <summary>Something is being done between two members.</summary>
    public IEnumerable<ProgressRecord> Show(string doing)
    {
        if (_shown.Remove(StepId))
        {
            yield return Completed(StepId);
        }

        var record = ShowRun(string.Create(CultureInfo.CurrentCulture, $"{_finished} of {_steps} done"));
        record.CurrentOperation = doing;
        yield return record;
    }

    /// <summary>Takes the bars away; called on the pipeline thread at the end, however it came to that.</summary>
    public void Complete(Cmdlet cmdlet)
    {
        try
        {
            foreach (var id in _shown.Where(_ => HostWatch.IsInteractive).OrderDescending())
            {
                cmdlet.WriteProgress(Completed(id));
            }
        }
        catch (PipelineStoppedException)
        {
            // A pipeline that is being stopped takes nothing; its host takes the bars away.
        }
    }

    private ProgressRecord ShowRun(string status) => new(Keep(RunId), Activity, status)
    {
        PercentComplete = _steps == 0 ? -1 : 100 * _finished / _steps,
        SecondsRemaining = Seconds(_left.Values.Aggregate(_pause * Math.Max(0, _left.Count - 1), (sum, next) => sum + next)),
    };

    private static ProgressRecord Completed(int id) => new(id, Activity, "Done") { RecordType = ProgressRecordType.Completed };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private int Keep(int id)
    {
        _shown.Add(id);
        return id;
    }

    private string Place(int number) => string.Create(CultureInfo.CurrentCulture, $"{number} of {_steps}");
}
