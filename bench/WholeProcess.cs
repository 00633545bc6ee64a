using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Bench;

/// <summary>The command from its start to its end, in turns with those it replaces, on three members.</summary>
internal static class WholeProcess
{
    public static string? EtcdVersion { get; private set; }

    public static async Task<EtcdSandbox> StartClusterAsync(BenchSettings settings)
    {
        var binary = await new EtcdLocator(log: Console.Error.WriteLine).FindAsync(EtcdVersionRequest.Any, CancellationToken.None);
        var sandbox = await EtcdSandbox.StartAsync(new EtcdSandboxOptions { Members = 3, Binaries = [binary] });
        await sandbox.FillAsync(new EtcdFill(settings.FillMiB));
        EtcdVersion = (await sandbox.Members[0].Client.GetStatusAsync(CancellationToken.None)).Version;
        return sandbox;
    }

    public static async Task PublishAsync(BenchSettings settings)
    {
        if (settings.Ours.Length == 0)
        {
            var folder = Path.Combine(Path.GetTempPath(), "etcd-defrag-bench");
            var platform = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
            await MeasuredProcess.RunAsync("dotnet", "publish", "src/EtcdDefrag.Cli", "-c", "Release", "-r", platform, "-o", folder);
            settings.Ours = Path.Combine(folder, "etcd-defrag");
        }
    }

    public static async Task MeasureAsync(BenchSettings settings, BenchReport report)
    {
        await PublishAsync(settings);
        await using var sandbox = await StartClusterAsync(settings);
        var endpoint = sandbox.Endpoints[0];
        report.Section("Whole processes", string.Create(
            CultureInfo.InvariantCulture,
            $"On three members with about {settings.FillMiB / 4} MiB in use each; {settings.Pairs} of each. The ratio is that of this one to the other."));
        var rows = new List<IReadOnlyList<string>>();
        await CompareAsync("--version", settings.Pairs, sandbox: null, [new("etcd-defrag", settings.Ours, ["--version"])]);
        await CompareAsync("status of the cluster", settings.Pairs, sandbox: null,
        [
            new("etcd-defrag", settings.Ours, ["status", "--endpoints", endpoint, "--cluster"]),
            .. Other("etcdctl", settings.Etcdctl, "endpoint", "status", "--endpoints", endpoint, "--cluster"),
        ]);
        await CompareAsync("a run over the cluster", settings.Pairs, sandbox, Runs(settings, endpoint));
        var file = Path.Combine(Path.GetTempPath(), $"bench-{Environment.ProcessId}.db");
        await CompareAsync("snapshot save", settings.Pairs, sandbox: null,
        [
            new("etcd-defrag", settings.Ours, ["snapshot", "save", file, "--endpoints", endpoint]) { Creates = file },
            .. Other("etcdctl", settings.Etcdctl, "snapshot", "save", file, "--endpoints", endpoint).Select(c => c with { Creates = file }),
        ]);
        var megabytes = new FileInfo(file).Length / 1e6;
        File.Delete(file);
        report.Table(["", "", "wall ms", "ratio", "CPU ms", "ratio", "peak MiB", "ratio", "beyond the members' own ms", "ratio"], rows);
        report.Line("");
        report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"The snapshot has {megabytes:0.0} MB. To write as many bytes into a file and flush them takes {BenchReport.Spread(Enumerable.Range(0, 5).Select(_ => WriteMs(file, megabytes)))} ms."));

        async Task CompareAsync(string what, int count, EtcdSandbox? sandbox, IReadOnlyList<Contender> contenders)
        {
            var measured = contenders.ToDictionary(c => c.Name, _ => new List<Sample>(), StringComparer.Ordinal);
            for (var i = 0; i < count; i++)
            {
                foreach (var contender in i % 2 == 0 ? contenders : contenders.Reverse())
                {
                    measured[contender.Name].Add(await MeasureAsync(contender, sandbox));
                }
            }

            var own = measured[contenders[0].Name];
            foreach (var contender in contenders)
            {
                var samples = measured[contender.Name];
                var isOwn = samples == own;
                rows.Add([
                    isOwn ? what : "", contender.Name,
                    BenchReport.Spread(samples.Select(s => s.WallMs)), isOwn ? "" : Ratio(s => s.WallMs),
                    BenchReport.Spread(samples.Select(s => s.CpuMs)), isOwn ? "" : Ratio(s => s.CpuMs),
                    BenchReport.Spread(samples.Select(s => s.PeakMiB), "0.0"), isOwn ? "" : Ratio(s => s.PeakMiB),
                    sandbox is null ? "" : BenchReport.Spread(samples.Select(s => s.BeyondMs)),
                    sandbox is null || isOwn ? "" : Ratio(s => s.BeyondMs),
                ]);

                string Ratio(Func<Sample, double> of) => BenchReport.Number(BenchReport.Median(own.Zip(samples, (o, t) => of(o) / of(t))), "0.00");
            }
        }
    }

    /// <summary>The tools that defragment a cluster, each with its arguments.</summary>
    public static IReadOnlyList<Contender> Runs(BenchSettings settings, string endpoint) =>
    [
        new("etcd-defrag", settings.Ours, ["--endpoints", endpoint, "--cluster"]),
        .. Other("etcdctl", settings.Etcdctl, "defrag", "--endpoints", endpoint, "--cluster", "--command-timeout", "60s"),
        .. Other("etcd-defrag (Go)", settings.Peer, "--endpoints", endpoint, "--cluster", "--command-timeout", "60s"),
    ];

    private static double WriteMs(string file, double megabytes)
    {
        var part = new byte[1_000_000];
        Random.Shared.NextBytes(part);
        var watch = Stopwatch.StartNew();
        using (var output = new FileStream(file, FileMode.Create))
        {
            for (var i = 0; i < megabytes; i++)
            {
                output.Write(part);
            }

            output.Flush(flushToDisk: true);
        }

        watch.Stop();
        File.Delete(file);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static IEnumerable<Contender> Other(string name, string? program, params string[] arguments) =>
        program is null ? [] : [new Contender(name, program, arguments)];

    private static async Task<Sample> MeasureAsync(Contender contender, EtcdSandbox? sandbox)
    {
        Clear();
        var before = await ServedMsAsync(sandbox);
        var run = await MeasuredProcess.RunAsync(contender.Program, contender.Arguments);
        var served = await ServedMsAsync(sandbox) - before;
        Clear();
        var peak = await MeasuredProcess.FindPeakMiBAsync(contender.Program, contender.Arguments);
        return new Sample(run.WallMs, run.CpuMs, peak, run.WallMs - served);

        void Clear()
        {
            if (contender.Creates is { } file)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>What the members say that all their defragmentations took.</summary>
    private static async Task<double> ServedMsAsync(EtcdSandbox? sandbox)
    {
        var sum = 0.0;
        foreach (var member in sandbox?.Members ?? [])
        {
            const string Name = "etcd_disk_backend_defrag_duration_seconds_sum ";
            var page = await member.Client.GetMetricsAsync(CancellationToken.None);
            var line = page.Split('\n').First(l => l.StartsWith(Name, StringComparison.Ordinal));
            sum += double.Parse(line[Name.Length..], CultureInfo.InvariantCulture) * 1e3;
        }

        return sum;
    }

    /// <summary>A tool and how it is called.</summary>
    internal sealed record Contender(string Name, string Program, string[] Arguments)
    {
        /// <summary>A file that it makes, and that must not be there before.</summary>
        public string? Creates { get; init; }
    }

    private sealed record Sample(double WallMs, double CpuMs, double PeakMiB, double BeyondMs);
}
