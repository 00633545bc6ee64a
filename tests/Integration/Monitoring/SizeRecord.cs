using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>
/// How large the members' files were while a monitor watched them, several times a second, and what was written when. Holds the one
/// against the other: what a file may be at most by the policy, plus what can have been written since the last check.
/// </summary>
internal sealed class SizeRecord(EtcdSandbox sandbox)
{
    // Pages are not filled to the brim, and bbolt lets a file grow by so much at a time.
    private const double Overhead = 1.25;
    private const long GrowthStep = 16L << 20;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly List<(DateTimeOffset From, DateTimeOffset To, long DbSize, long InUse)> _samples = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset To, long Bytes)> _waves = [];

    public long Largest => _samples.Max(s => s.DbSize);

    public int Count => _samples.Count;

    /// <summary>Looks until it is stopped.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var from = Now;
            var sizes = await Task.WhenAll(sandbox.Members.Select(m => m.Client.GetStatusAsync(default)));
            _samples.Add((from, Now, sizes.Max(s => s.DbSize), sizes.Max(s => s.DbSizeInUse)));
            await Task.WhenAny(Task.Delay(Every, TimeProvider.System, stop));
        }
    }

    /// <summary>Writes, deletes all of it again, and notes when.</summary>
    public async Task WriteAsync(int mebibytes)
    {
        var from = Now;
        await sandbox.FillAsync(new EtcdFill(mebibytes, DeletedPart: 1));
        _waves.Add((from, Now, (long)mebibytes << 20));
    }

    /// <summary>The samples that are larger than is allowed, as texts; and how many could be judged, which those before the first check cannot.</summary>
    public (IReadOnlyList<string> TooLarge, int Judged) Judge(IEnumerable<MonitorEvent> events, long minDbSize, double maxFragmented)
    {
        var rounds = new List<(DateTimeOffset Began, DateTimeOffset Ended)>();
        var began = DateTimeOffset.MinValue;
        foreach (var monitorEvent in events)
        {
            if (monitorEvent is RoundStarted)
            {
                began = monitorEvent.At;
            }
            else if (monitorEvent is RoundSucceeded or NothingToDo)
            {
                rounds.Add((began, monitorEvent.At));
            }
        }

        var tooLarge = new List<string>();
        var judged = _samples.Where(s => rounds.Exists(r => r.Ended < s.From)).ToArray();
        foreach (var sample in judged)
        {
            var since = rounds.Last(r => r.Ended < sample.From).Began;
            var live = _samples.Where(s => s.To >= since && s.From <= sample.To).Max(s => s.InUse);
            var written = _waves.Where(w => w.To >= since && w.From <= sample.To).Sum(w => w.Bytes);
            var allowed = Math.Max(minDbSize, live / (1 - maxFragmented)) + (written * Overhead) + GrowthStep;
            if (sample.DbSize > allowed)
            {
                tooLarge.Add($"{sample.To:O}: {sample.DbSize} bytes, {allowed} allowed ({live} live, {written} written since {since:O})");
            }
        }

        return (tooLarge, judged.Length);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
