using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Client;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Bench;

/// <summary>Work in a process of its own, so that its memory is that of the work alone.</summary>
internal static class ChildProcess
{
    private const int AtOnce = 32;

    /// <summary>Starts one and gives its lines.</summary>
    public static async Task<IReadOnlyList<string>> StartAsync(params string[] work)
    {
        var ended = await MeasuredProcess.RunAsync(Environment.ProcessPath!, [.. Self(), "child", .. work]);
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> work)
    {
        var watch = Stopwatch.StartNew();
        switch (work)
        {
            case ["judge", var count, var endpoints]:
                await Parallel.ForAsync(0, ReadNumber(count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, (_, token) => JudgeAsync(endpoints, token));
                Write(watch);
                Console.WriteLine(CountDescriptors());
                break;
            case ["defragment", var clusters]:
                await Task.WhenAll(clusters.Split(';').Select(DefragmentAsync));
                Write(watch);
                break;
            case ["repeat", var count, var endpoints]:
                await RepeatAsync(ReadNumber(count), endpoints);
                break;
            default:
                return 64;
        }

        return 0;
    }

    private static async ValueTask JudgeAsync(string endpoints, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(new EtcdConnector(), new EtcdConnectionOptions());
        var snapshot = await new ClusterInspector(connections, TimeProvider.System).InspectClusterAsync(Read(endpoints), InspectionScope.Health, cancellationToken);
        if (!HealthJudge.Judge(snapshot).IsHealthy)
        {
            throw new InvalidOperationException("A healthy cluster was judged unhealthy.");
        }
    }

    private static async Task DefragmentAsync(string endpoints)
    {
        using var connections = new MemberConnections(new EtcdConnector(), new EtcdConnectionOptions());
        var request = new DefragRequest { Endpoints = Read(endpoints), WholeCluster = true, NoLock = true };
        var report = await new DefragRunner(connections, TimeProvider.System).RunAsync(request, new NoObserver(), CancellationToken.None);
        if (report.Results.Count != 3 || report.Results.Any(r => r.Outcome != EtcdDefragOutcome.Defragmented))
        {
            throw new InvalidOperationException($"{string.Join(' ', report.Results.Select(r => $"{r.Outcome}: {r.Reason}"))} {report.Refusal?.Reason}");
        }
    }

    private static async Task RepeatAsync(int count, string endpoints)
    {
        for (var run = 1; run <= count; run++)
        {
            await DefragmentAsync(endpoints);
            if (run == count / 6 || run == count / 2 || run == count)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                var managed = GC.GetTotalMemory(forceFullCollection: true) >> 10;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run} {managed} {Environment.WorkingSet >> 20} {CountDescriptors()}"));
            }
        }
    }

    private static void Write(Stopwatch watch)
    {
        Console.WriteLine(BenchReport.Number(watch.Elapsed.TotalSeconds, "0.00"));
        Console.WriteLine(BenchReport.Number(Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0));
    }

    private static int CountDescriptors() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;

    private static EtcdEndpoint[] Read(string endpoints) => [.. endpoints.Split(',').Select(e => EtcdEndpoint.Parse(e))];

    private static int ReadNumber(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>This program, where it was started by dotnet.</summary>
    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : [];

    private sealed class NoObserver : IDefragObserver
    {
        public Task OnEventAsync(DefragEvent runEvent) => Task.CompletedTask;

        public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
            Task.FromResult<string?>(null);
    }
}
