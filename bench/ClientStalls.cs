using System.Collections.Concurrent;
using System.Diagnostics;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Bench;

/// <summary>What clients feel during a run: a put, a linearizable get and a lease's renewal through every member, each every 5 ms.</summary>
internal static class ClientStalls
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Stalled = TimeSpan.FromMilliseconds(100);

    public static async Task MeasureAsync(BenchSettings settings, BenchReport report)
    {
        await WholeProcess.PublishAsync(settings);
        await using var sandbox = await WholeProcess.StartClusterAsync(settings);
        report.Section(
            "What clients feel",
            "A put, a linearizable get and a renewed lease through every member, each every 5 ms while a tool defragments the cluster. The longest answer through each member, the longest time without "
            + "an answer through any, how many members had a call open for more than 100 ms at once, and how many calls were refused, as happens while leadership moves.");
        var rows = new List<IReadOnlyList<string>>();
        WholeProcess.Contender[] contenders =
        [
            .. WholeProcess.Runs(settings, sandbox.Endpoints[0]),
            new("etcd-defrag --move-leader", settings.Ours, ["--endpoints", sandbox.Endpoints[0], "--cluster", "--move-leader"]),
        ];
        for (var round = 0; round < (settings.IsQuick ? 1 : 3); round++)
        {
            rows.Add(["nobody", .. await MeasureAsync(sandbox, () => Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System))]);
            foreach (var contender in contenders)
            {
                rows.Add([contender.Name, .. await MeasureAsync(sandbox, () => MeasuredProcess.RunAsync(contender.Program, contender.Arguments))]);
            }
        }

        report.Table(["who runs", "longest through each member, ms", "longest without any answer, ms", "members stalled at once", "calls refused"], rows.OrderBy(r => r[0], StringComparer.Ordinal));
    }

    private static async Task<string[]> MeasureAsync(EtcdSandbox sandbox, Func<Task> work)
    {
        var calls = new ConcurrentBag<Call>();
        using var end = new CancellationTokenSource();
        var clients = sandbox.Members.Select((m, i) => UseAsync(m, i, calls, end.Token)).ToArray();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await work();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await end.CancelAsync();
        await Task.WhenAll(clients);
        var longest = calls.GroupBy(c => c.Member).OrderBy(g => g.Key).Select(g => BenchReport.Number(g.Max(c => c.Took.TotalMilliseconds)));
        var answers = calls.Select(c => c.Ended).Order().ToArray();
        var silence = answers.Zip(answers.Skip(1), Stopwatch.GetElapsedTime).Max();
        var stalls = calls.Where(c => c.Took > Stalled).ToArray();
        var atOnce = stalls.Select(s => stalls.Where(o => o.IsStalledAt(s)).Select(o => o.Member).Distinct().Count()).DefaultIfEmpty().Max();
        return [string.Join(", ", longest), BenchReport.Number(silence.TotalMilliseconds), BenchReport.Number(atOnce), BenchReport.Number(calls.Count(c => c.WasRefused))];
    }

    private static async Task UseAsync(EtcdSandboxMember member, int index, ConcurrentBag<Call> calls, CancellationToken end)
    {
        using var client = member.OpenClient();
        var lease = await client.GrantLeaseAsync(TimeSpan.FromMinutes(5), CancellationToken.None);
        var key = $"bench/{index}";
        await Task.WhenAll(
            RepeatAsync(() => client.PutAsync(key, new byte[] { 1 }, CancellationToken.None)),
            RepeatAsync(() => client.RangeAsync(key, CancellationToken.None)),
            RepeatAsync(() => client.KeepLeaseAliveAsync(lease, CancellationToken.None)));

        async Task RepeatAsync(Func<Task> call)
        {
            while (!end.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                var wasRefused = false;
                try
                {
                    await call();
                }
                catch (EtcdSandboxClientException)
                {
                    // Leadership moved; a client asks again.
                    wasRefused = true;
                }

                calls.Add(new Call(index, started, Stopwatch.GetTimestamp(), wasRefused));
                var rest = Interval - Stopwatch.GetElapsedTime(started);
                await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private sealed record Call(int Member, long Started, long Ended, bool WasRefused)
    {
        public TimeSpan Took => Stopwatch.GetElapsedTime(Started, Ended);

        private long StalledSince => Started + (long)(Stalled.TotalSeconds * Stopwatch.Frequency);

        /// <summary>Whether this call was late at the moment when the other one became so.</summary>
        public bool IsStalledAt(Call other) => StalledSince <= other.StalledSince && Ended >= other.StalledSince;
    }
}
