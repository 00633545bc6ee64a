using System.CommandLine;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Grpc;
using EtcdDefrag.Policy;

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
    public static async Task<int> DefragmentAsync(DefragRequest request, RunReporter reporter, RunLog log, CancellationToken cancellationToken)
    {
        await log.WriteAsync("Performing health check.").ConfigureAwait(false);
        using var connections = new MemberConnections(new GrpcEtcdConnector(), new EtcdConnectionOptions());
        var report = await new DefragRunner(connections, TimeProvider.System).RunAsync(request, reporter, cancellationToken).ConfigureAwait(false);
        return report.WasCancelled ? ExitCode.Interrupted : report.IsSuccess ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var log = new RunLog(parsed.InvocationConfiguration.Error, TimeProvider.System);
        var isDryRun = DefragOptions.IsDryRun(parsed);
        if (isDryRun)
        {
            await log.WriteAsync("Using dry run mode, will not perform defragmentation").ConfigureAwait(false);
        }

        await log.WriteAsync("Validating configuration.").ConfigureAwait(false);
        if (await ReadAsync(parsed, log).ConfigureAwait(false) is not { } request)
        {
            return ExitCode.Failed;
        }

        return await DefragmentAsync(request, new RunReporter(log, isDryRun), log, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The request, or null where something given is wrong, which is then told.</summary>
    private static async Task<DefragRequest?> ReadAsync(ParseResult parsed, RunLog log)
    {
        try
        {
            var endpointsOnly = DefragOptions.Read(parsed, rule: null);
            if (DefragOptions.RuleOf(parsed) is not { } text)
            {
                await log.WriteAsync("No defragmentation rule provided").ConfigureAwait(false);
                return endpointsOnly;
            }

            await log.WriteAsync($"Validating the defragmentation rule: {text} ... ").ConfigureAwait(false);
            var request = DefragOptions.Read(parsed, DefragRule.Parse(text));
            await log.WriteAsync("valid").ConfigureAwait(false);
            return request;
        }
        catch (RuleException invalid)
        {
            await log.WriteAsync("invalid", $"Validating configuration failed: invalid rule \"{invalid.Rule}\", error:").ConfigureAwait(false);
            await log.WriteAsync(invalid.Message.Split('\n')).ConfigureAwait(false);
        }
        catch (EtcdEndpointException invalid)
        {
            await log.WriteAsync($"Validating configuration failed: {invalid.Message}").ConfigureAwait(false);
        }

        return null;
    }
}
