using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Client;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag try</c>: the main job from beginning to end on a cluster that is there for nothing else.</summary>
internal static class TryCommand
{
    private const int DefaultFill = 64;

    public static Command Create(CommandHost host)
    {
        var options = new SandboxOptions(DefaultFill);
        var command = new Command("try", "Starts a disposable cluster, fragments it, defragments it leader last, shows the space reclaimed, and cleans up.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => SandboxFailure.TellAsync(
            parsed, () => RunAsync(host, options, parsed, cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, SandboxOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = parsed.InvocationConfiguration.Output;
        var sandbox = await options.StartAsync(parsed, output, cancellationToken).ConfigureAwait(false);
        int exitCode;
        await using (sandbox.ConfigureAwait(false))
        {
            var endpoints = sandbox.Endpoints.Select(EtcdEndpoint.Parse).ToArray();
            var before = await InspectAsync(endpoints, cancellationToken).ConfigureAwait(false);
            await WriteAsync(output, StatusTable.Write(before)).ConfigureAwait(false);

            await output.WriteLineAsync().ConfigureAwait(false);
            await output.WriteLineAsync($"etcd-defrag --endpoints={sandbox.Endpoints[0]} --cluster").ConfigureAwait(false);
            var request = new DefragRequest { Endpoints = [endpoints[0]], WholeCluster = true, Force = sandbox.Members.Count < 3 };
            var log = new RunLog(host.Output, host.Time);
            using var connections = new MemberConnections(new EtcdConnector(), new EtcdConnectionOptions());
            var follower = new RunFollower(host, log, OutputForm.Simple);
            exitCode = await DefragCommand.DefragmentAsync(request, connections, follower, log, host.Time, cancellationToken).ConfigureAwait(false);

            await output.WriteLineAsync().ConfigureAwait(false);
            await WriteAsync(output, StatusTable.Write(await InspectAsync(endpoints, cancellationToken).ConfigureAwait(false), before)).ConfigureAwait(false);
        }

        await output.WriteLineAsync("The cluster is gone, and its files with it.").ConfigureAwait(false);
        return exitCode;
    }

    private static async Task WriteAsync(TextWriter output, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            await output.WriteLineAsync(line).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<EtcdMemberStatus>> InspectAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(new EtcdConnector(), new EtcdConnectionOptions());
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        var snapshot = await inspector.InspectEndpointsAsync(endpoints, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        return [.. snapshot.Statuses];
    }
}
