using System.Globalization;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;

namespace EtcdDefrag.Bench;

/// <summary>Many clusters in one process, and one process for long.</summary>
internal static class ManyClusters
{
    public static async Task MeasureAsync(BenchSettings settings, BenchReport report)
    {
        report.Section("Many clusters", "Clusters of three fake members, looked at and judged in one process of their own (.NET 8 or later, not native), 32 at a time, each over connections of its own.");
        await using var cluster = await FakeCluster.StartAsync(3);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var count in settings.IsQuick ? [10] : new[] { 10, 100, 1000 })
        {
            rows.Add([Text(count), .. await ChildProcess.StartAsync("judge", Text(count), string.Join(',', cluster.Endpoints))]);
        }

        report.Table(["clusters", "s", "peak MiB", "descriptors at the end"], rows);
        await MeasureRunsAsync(settings.IsQuick ? 3 : 50, report);
    }

    public static async Task MeasureRepeatedRunsAsync(BenchSettings settings, BenchReport report)
    {
        report.Section("One process for long", "Runs over three fake members one after the other, in one process; the memory is what it holds after a full collection.");
        await using var cluster = await FakeCluster.StartAsync(3);
        var rows = await ChildProcess.StartAsync("repeat", settings.IsQuick ? "6" : "300", string.Join(',', cluster.Endpoints));
        report.Table(["runs", "managed KiB", "resident MiB", "descriptors"], rows.Select(r => r.Split(' ')));
    }

    /// <summary>How many members of one cluster were ever busy at once.</summary>
    private static async Task MeasureRunsAsync(int count, BenchReport report)
    {
        var clusters = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => FakeCluster.StartAsync(3)));
        var most = 0;
        foreach (var cluster in clusters)
        {
            var busy = 0;
            foreach (var member in cluster.Members)
            {
                member.On("Defragment", async (_, token) =>
                {
                    var now = Interlocked.Increment(ref busy);
                    InterlockedMax(ref most, now);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, token);
                    Interlocked.Decrement(ref busy);
                    return FakeReply.Message(new DefragmentResponse { Header = member.State.Status.Header });
                });
            }
        }

        var figures = await ChildProcess.StartAsync("defragment", string.Join(';', clusters.Select(c => string.Join(',', c.Endpoints))));
        report.Line("");
        report.Line($"{Text(count)} clusters defragmented side by side, 100 ms a member: {figures[0]} s, {figures[1]} MiB at most; members of one cluster busy at once: {Text(most)}.");
        foreach (var cluster in clusters)
        {
            await cluster.DisposeAsync();
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen; (seen = Volatile.Read(ref most)) < value;)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
