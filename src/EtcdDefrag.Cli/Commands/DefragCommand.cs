using System.CommandLine;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Grpc;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The command itself, without a subcommand: defragments what the endpoints name.</summary>
internal static class DefragCommand
{
    public static void AddTo(RootCommand root)
    {
        DefragOptions.AddTo(root);
        root.SetAction(RunAsync);
    }

    /// <summary>Carries a run out and tells it, from the health check to the closing line.</summary>
    public static async Task<int> DefragmentAsync(DefragRequest request, RunLog log, CancellationToken cancellationToken)
    {
        await log.WriteAsync("Performing health check.").ConfigureAwait(false);
        using var connections = new MemberConnections(new GrpcEtcdConnector(), new EtcdConnectionOptions());
        var report = await new DefragRunner(connections, TimeProvider.System).RunAsync(request, new RunReporter(log), cancellationToken).ConfigureAwait(false);
        return report.WasCancelled ? ExitCode.Interrupted : report.IsSuccess ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var log = new RunLog(parsed.InvocationConfiguration.Error, TimeProvider.System);
        await log.WriteAsync("Validating configuration.").ConfigureAwait(false);
        DefragRequest request;
        try
        {
            request = DefragOptions.Read(parsed);
        }
        catch (EtcdEndpointException invalid)
        {
            await log.WriteAsync($"Validating configuration failed: {invalid.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }

        await log.WriteAsync("No defragmentation rule provided").ConfigureAwait(false);
        return await DefragmentAsync(request, log, cancellationToken).ConfigureAwait(false);
    }
}
