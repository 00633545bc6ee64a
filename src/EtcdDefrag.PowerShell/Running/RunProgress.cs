using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>The progress bars of a run: one for all of it, and below it one for the current member.</summary>
internal sealed class RunProgress
{
    private const int RunId = 2379;
    private const int StepId = 2380;
    private const int AllOfIt = 100;

    // The end is known when the member says so, whatever was estimated.
    private const int MaxByTime = 99;
    private const string Activity = "Defragmenting etcd members";

    private Dictionary<string, TimeSpan> _left = [];
    private bool _isStepShown;
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

    /// <summary>Shows what is being done with a member, and when it is expected to end.</summary>
    public Func<TimeSpan, IReadOnlyList<ProgressRecord>> Show(EtcdDefragStep step, string doing)
    {
        _isStepShown = true;
        var member = ViewText.Member(step.Endpoint, step.Name, step.IsLeader);
        var run = ShowRun(Place(_finished + 1));
        return elapsed =>
        [
            run(elapsed, null),
            new ProgressRecord(StepId, member, doing)
            {
                ParentActivityId = RunId,
                PercentComplete = step.EstimatedPause > elapsed ? (int)(AllOfIt * (elapsed / step.EstimatedPause)) : MaxByTime,
                SecondsRemaining = Seconds(step.EstimatedPause - elapsed),
            },
        ];
    }

    /// <summary>Shows what is being done between two members.</summary>
    public Func<TimeSpan, IReadOnlyList<ProgressRecord>> Show(string doing)
    {
        var run = ShowRun(string.Create(CultureInfo.CurrentCulture, $"{_finished} of {_steps} done"));
        var wasStepShown = _isStepShown;
        _isStepShown = false;
        return elapsed => wasStepShown && elapsed == TimeSpan.Zero ? [Completed(StepId), run(elapsed, doing)] : [run(elapsed, doing)];
    }

    private Func<TimeSpan, string?, ProgressRecord> ShowRun(string status)
    {
        var percent = _steps == 0 ? -1 : AllOfIt * _finished / _steps;
        var rest = _left.Values.Aggregate(_pause * Math.Max(0, _left.Count - 1), (sum, next) => sum + next);
        return (elapsed, doing) => new ProgressRecord(RunId, Activity, status)
        {
            PercentComplete = percent,
            SecondsRemaining = Seconds(rest - elapsed),
            CurrentOperation = doing,
        };
    }

    private static ProgressRecord Completed(int id) => new(id, Activity, "Done") { RecordType = ProgressRecordType.Completed };

    private static int Seconds(TimeSpan time) => (int)Math.Max(0, Math.Ceiling(time.TotalSeconds));

    private string Place(int number) => string.Create(CultureInfo.CurrentCulture, $"{number} of {_steps}");
}
