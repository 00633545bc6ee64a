using System.Management.Automation;

namespace EtcdDefrag.PowerShell.Async;

/// <summary>
/// The progress bars of a cmdlet's work. They appear when the work has taken a second, are brought up to date four times a second, and are
/// taken away at the end, whatever that is. Only a person looks at them: in any other host they would fill the log.
/// </summary>
internal sealed class CmdletProgress(Cmdlet cmdlet, PipelineThread pipeline, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // Used by the pipeline thread alone.
    private readonly SortedDictionary<int, string> _shown = [];
    private volatile Func<IReadOnlyList<ProgressRecord>>? _render;
    private ITimer? _timer;
    private int _isRequested;

    /// <summary>Says what the bars show from now on.</summary>
    /// <param name="render">Gives the bars when the time since this call is so much.</param>
    public void Show(Func<TimeSpan, IReadOnlyList<ProgressRecord>> render)
    {
        var since = time.GetTimestamp();
        _render = () => render(time.GetElapsedTime(since));
        if (CmdletStreams.IsInteractive)
        {
            _timer ??= time.CreateTimer(_ => Refresh(), state: null, FirstAfter, Interval);
        }
    }

    /// <summary>Shows bars at once; called on the pipeline thread.</summary>
    public void Write(IEnumerable<ProgressRecord> records)
    {
        foreach (var record in records.Where(_ => CmdletStreams.IsInteractive))
        {
            if (record.RecordType == ProgressRecordType.Completed)
            {
                _shown.Remove(record.ActivityId);
            }
            else
            {
                _shown[record.ActivityId] = record.Activity;
            }

            cmdlet.WriteProgress(record);
        }
    }

    /// <summary>Takes the bars away; called on the pipeline thread when the work has ended.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        try
        {
            // The lower ones first.
            Write([.. _shown.Reverse().Select(bar => new ProgressRecord(bar.Key, bar.Value, "Done") { RecordType = ProgressRecordType.Completed })]);
        }
        catch (PipelineStoppedException)
        {
            // A pipeline that is being stopped takes nothing; its host removes the bars.
        }
    }

    /// <summary>While the pipeline is busy, with a question perhaps, requests must not pile up.</summary>
    private void Refresh()
    {
        if (Interlocked.Exchange(ref _isRequested, 1) == 0)
        {
            pipeline.Post(() =>
            {
                Interlocked.Exchange(ref _isRequested, 0);
                Write(_render!());
            });
        }
    }
}
