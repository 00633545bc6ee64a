using System.CommandLine;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Grpc;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The command itself, without a subcommand: defragments what the endpoints name.</summary>
internal static class DefragCommand
{
    private static readonly Option<string[]> Endpoints = new("--endpoints")
    {
        Description = "Comma separated etcd endpoints.",
        DefaultValueFactory = _ => ["127.0.0.1:2379"],
        HelpName = "host:port,...",
    };

    private static readonly Option<bool> Cluster = new("--cluster")
    {
        Description = "Use all endpoints from the cluster member list.",
    };

    private static readonly Option<bool> ContinueOnError = new("--continue-on-error")
    {
        Description = "Whether to go on with the next endpoint if one refuses.",
        DefaultValueFactory = _ => true,
    };

    public static void AddTo(RootCommand root)
    {
        root.Options.Add(Endpoints);
        root.Options.Add(Cluster);
        root.Options.Add(ContinueOnError);
        root.SetAction((parsed, cancellationToken) => RunAsync(
            new Settings(parsed.GetValue(Endpoints) ?? [], parsed.GetValue(Cluster), parsed.GetValue(ContinueOnError)),
            parsed.InvocationConfiguration.Error,
            cancellationToken));
    }

    private static async Task<int> RunAsync(Settings settings, TextWriter error, CancellationToken cancellationToken)
    {
        var log = new RunLog(error, TimeProvider.System);
        await log.WriteAsync("Validating configuration.").ConfigureAwait(false);
        EtcdEndpoint[] endpoints;
        try
        {
            // An empty entry is refused, not passed over: it is most often a variable that was never set.
            endpoints = [.. settings.Endpoints.SelectMany(text => text.Split(',')).Select(EtcdEndpoint.Parse)];
        }
        catch (EtcdEndpointException invalid)
        {
            await log.WriteAsync($"Validating configuration failed: {invalid.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }

        await log.WriteAsync("No defragmentation rule provided").ConfigureAwait(false);
        var request = new DefragRequest
        {
            Endpoints = endpoints,
            WholeCluster = settings.Cluster,
            ContinueOnError = settings.ContinueOnError,
        };
        return await DefragmentAsync(request, log, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries a run out and tells it, from the health check to the closing line.</summary>
    public static async Task<int> DefragmentAsync(DefragRequest request, RunLog log, CancellationToken cancellationToken)
    {
        await log.WriteAsync("Performing health check.").ConfigureAwait(false);
        using var connections = new MemberConnections(new GrpcEtcdConnector(), new EtcdConnectionOptions());
        var reporter = new RunReporter(log);
        var report = await new DefragRunner(connections, TimeProvider.System).RunAsync(request, reporter, cancellationToken).ConfigureAwait(false);
        if (report.WasCancelled)
        {
            await log.WriteAsync("Interrupted.").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }

        await reporter.TellEndAsync(report).ConfigureAwait(false);
        return report.IsSuccess ? ExitCode.Done : ExitCode.Failed;
    }

    private sealed record Settings(IReadOnlyList<string> Endpoints, bool Cluster, bool ContinueOnError);
}
