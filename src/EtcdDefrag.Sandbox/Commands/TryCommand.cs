using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Etcdserverpb;

namespace EtcdDefrag.Sandbox.Commands;

/// <summary><c>try</c>: runs etcd-defrag on a cluster that is there for nothing else.</summary>
internal static class TryCommand
{
    public static async Task<int> RunAsync(SandboxArguments given, CancellationToken cancellationToken)
    {
        int exitCode;
        await using (var sandbox = await given.StartAsync(Console.Out, cancellationToken))
        {
            await given.FillAsync(sandbox, Console.Out, cancellationToken);
            var before = await AskAsync(sandbox, cancellationToken);
            WriteTable(sandbox, before, earlier: null);

            // The users of a cluster of one or two members would notice; here are none.
            string[] consent = sandbox.Members.Count < 3 ? ["--allow-small-cluster"] : [];
            string[] arguments = [$"--endpoints={sandbox.Endpoints[0]}", "--cluster", .. consent];
            Console.WriteLine($"\netcd-defrag {string.Join(' ', arguments)}");
            exitCode = await RunCommandAsync(arguments, cancellationToken);
            Console.WriteLine();
            WriteTable(sandbox, await AskAsync(sandbox, cancellationToken), before);
        }

        Console.WriteLine("The cluster is gone, and its files with it.");
        return exitCode;
    }

    /// <summary>Runs the command as it was built along with this program, on this program's standard output and error.</summary>
    private static async Task<int> RunCommandAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        // The runtime lies in shared/Microsoft.NETCore.App/VERSION beside the dotnet that started this.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var command = Path.Combine(AppContext.BaseDirectory, "cli", "etcd-defrag.dll");
        var start = new ProcessStartInfo(dotnet, [command, .. arguments]);

        // What the user has set for clusters of their own is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ETCD", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static Task<StatusResponse[]> AskAsync(EtcdSandbox sandbox, CancellationToken cancellationToken) =>
        Task.WhenAll(sandbox.Members.Select(member => member.Client.GetStatusAsync(cancellationToken)));

    private static void WriteTable(EtcdSandbox sandbox, StatusResponse[] statuses, StatusResponse[]? earlier)
    {
        var width = sandbox.Endpoints.Max(endpoint => endpoint.Length);
        var reclaimed = earlier is null ? "" : $"{"RECLAIMED",12}";
        Console.WriteLine(
            $"{"ENDPOINT".PadRight(width)}  {"VERSION",-8} {"ROLE",-8} {"SIZE",10} {"IN USE",10} {"FREE",10}{reclaimed}");
        for (var i = 0; i < statuses.Length; i++)
        {
            var status = statuses[i];
            var role = status.Leader == status.Header.MemberId ? "leader" : "follower";
            var sizes = $"{Size(status.DbSize),10} {Size(status.DbSizeInUse),10} {Size(status.DbSize - status.DbSizeInUse),10}";
            reclaimed = earlier is null ? "" : $"{Size(earlier[i].DbSize - status.DbSize),12}";
            Console.WriteLine($"{sandbox.Endpoints[i].PadRight(width)}  {status.Version,-8} {role,-8} {sizes}{reclaimed}");
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
