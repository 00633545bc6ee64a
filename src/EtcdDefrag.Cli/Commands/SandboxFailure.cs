using System.CommandLine;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What a user is told when a sandbox cannot be had.</summary>
internal static class SandboxFailure
{
    public static async Task<int> TellAsync(ParseResult parsed, Func<Task<int>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is
            EtcdNotFoundException or EtcdSandboxException or EtcdSandboxClientException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Interrupted; the sandbox is gone.").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
    }
}
