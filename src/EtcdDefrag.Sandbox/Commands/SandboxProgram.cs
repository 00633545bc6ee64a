using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Sandbox.Commands;

/// <summary>The program: from its arguments to its exit code.</summary>
internal static class SandboxProgram
{
    private const int Failed = 1;
    private const int Usage = 64;
    private const int Interrupted = 130;

    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (arguments.Count == 0 || arguments.Contains("--help") || arguments.Contains("-h"))
        {
            await output.WriteAsync(SandboxArguments.Help);
            return arguments.Count == 0 ? Usage : 0;
        }

        try
        {
            var given = SandboxArguments.Parse(arguments);
            return given.IsTry
                ? await TryCommand.RunAsync(given, output, cancellationToken)
                : await UpCommand.RunAsync(given, output, error, cancellationToken);
        }
        catch (FormatException wrong)
        {
            await error.WriteLineAsync(wrong.Message);
            await error.WriteLineAsync("--help lists the commands and their options.");
            return Usage;
        }
        catch (Exception failure) when (failure is
            EtcdSandboxException or EtcdSandboxClientException or EtcdNotFoundException or HttpRequestException or TimeoutException)
        {
            await error.WriteLineAsync(failure.Message);
            return Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted; the cluster is gone, and its files with it.");
            return Interrupted;
        }
    }

    /// <summary>Starts the cluster and fills it. What it does is written to the log on the way.</summary>
    public static async Task<EtcdSandbox> StartClusterAsync(SandboxArguments given, TextWriter log, CancellationToken cancellationToken)
    {
        var binary = await new EtcdLocator(log: log.WriteLine).FindAsync(given.Version, cancellationToken);
        var options = new EtcdSandboxOptions { Members = given.Members, Binaries = [binary] };
        await log.WriteLineAsync($"Starting {options.Members} member(s) on 127.0.0.1.");
        var sandbox = await EtcdSandbox.StartAsync(options, cancellationToken);
        try
        {
            if (given.FillMiB > 0)
            {
                await log.WriteLineAsync($"Writing {given.FillMiB} MiB, deleting three quarters of it and compacting.");
                await sandbox.FillAsync(new EtcdFill(given.FillMiB), cancellationToken);
            }

            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }
}
