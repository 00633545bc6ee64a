using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Bench;

/// <summary>A whole process: its time from start to end and its processor time.</summary>
internal sealed record MeasuredProcess(double WallMs, double CpuMs, string Output)
{
    private const string Time = "/usr/bin/time";

    public static async Task<MeasuredProcess> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("ETCDCTL", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        var cpu = ChildrenCpuMs();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        watch.Stop();
        return process.ExitCode == 0
            ? new MeasuredProcess(watch.Elapsed.TotalMilliseconds, ChildrenCpuMs() - cpu, await output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await error}");
    }

    /// <summary>The most memory that a process had at once, in MiB; NaN where GNU time is missing.</summary>
    public static async Task<double> FindPeakMiBAsync(string program, params string[] arguments)
    {
        if (!File.Exists(Time))
        {
            return double.NaN;
        }

        var file = Path.GetTempFileName();
        try
        {
            await RunAsync(Time, ["-f", "%M", "-o", file, program, .. arguments]);
            return double.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture) / 1024;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double ChildrenCpuMs()
    {
        const int Children = -1;
        var usage = new long[18];
        return GetUsage(Children, usage) == 0 ? ((usage[0] + usage[2]) * 1e3) + ((usage[1] + usage[3]) / 1e3) : double.NaN;
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, [Out] long[] usage);
}
