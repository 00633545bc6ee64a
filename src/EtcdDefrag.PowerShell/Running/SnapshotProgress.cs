using System.Management.Automation;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>The progress bar of a snapshot: how much is written, how fast, and when the rest will be.</summary>
internal sealed class SnapshotProgress(string activity)
{
    private const int ProgressId = 2381;
    private const int AllOfIt = 100;
    private long _done;
    private long _rest;

    /// <summary>A part was written: so much is, and so much is to come.</summary>
    public Task UpdateAsync(long done, long rest)
    {
        Interlocked.Exchange(ref _done, done);
        Interlocked.Exchange(ref _rest, rest);
        return Task.CompletedTask;
    }

    public IReadOnlyList<ProgressRecord> Render(TimeSpan elapsed)
    {
        var (done, rest) = (Interlocked.Read(ref _done), Interlocked.Read(ref _rest));
        if (done == 0)
        {
            return [new ProgressRecord(ProgressId, activity, "Waiting for the first part")];
        }

        var bytesPerSecond = done / Math.Max(0.001, elapsed.TotalSeconds);
        return
        [
            new ProgressRecord(ProgressId, activity, $"{Units.Size(done)} of {Units.Size(done + rest)}, {Units.Size((long)bytesPerSecond)}/s")
            {
                PercentComplete = (int)(AllOfIt * done / (done + rest)),
                SecondsRemaining = (int)Math.Min(int.MaxValue, Math.Ceiling(rest / bytesPerSecond)),
            },
        ];
    }
}
