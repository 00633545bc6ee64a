using EtcdDefrag.Cli.Connecting;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Connection;
using EtcdDefrag.Client;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What every command on a cluster has in hand: the flags, the streams, and, once asked for, the connections.</summary>
internal sealed class ClusterSession(FlagValues values, CommandHost host, RunLog log)
{
    public FlagValues Values => values;

    public CommandHost Host => host;

    public RunLog Log => log;

    public OutputForm Form { get; } = values.Get(OutputFlags.WriteOut);

    public bool IsHex { get; } = values.Get(OutputFlags.Hex);

    public bool IsDebugging { get; } = values.Get(OutputFlags.Debug);

    /// <summary>Reads the target, and warns once of what its settings give up.</summary>
    public async Task<ClusterTarget> ReadTargetAsync(CancellationToken cancellationToken)
    {
        var target = await new TargetReader(values, host, log).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (target.Options.SkipCertificateCheck)
        {
            await log.WarnAsync($"Warning (SkipCertificateCheck): {EtcdConnectionOptions.SkippedCheckWarning}").ConfigureAwait(false);
        }

        return target;
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time => host.Time;

    public MemberConnections Connect(ClusterTarget target) => new(new EtcdConnector(host.Time, IsDebugging ? Trace : null), target.Options);

    /// <summary>Writes results: the lines for people, or the records in any other form.</summary>
    public async Task WriteAsync(IReadOnlyList<Record> records, IEnumerable<string> lines)
    {
        if (Form != OutputForm.Simple)
        {
            await new RecordWriter(host.Output, Form, IsHex).WriteAsync(records).ConfigureAwait(false);
            return;
        }

        foreach (var line in lines)
        {
            await host.Output.WriteLineAsync(line).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at the members that are meant: all, or those that the endpoints name. Warns of what is said in vain of where they are.</summary>
    public async Task<ClusterSnapshot> InspectAsync(MemberConnections connections, ClusterTarget target, bool wholeCluster, InspectionScope scope, CancellationToken cancellationToken)
    {
        var inspector = new ClusterInspector(connections, host.Time);
        var snapshot = wholeCluster
            ? await inspector.InspectClusterAsync(target.Endpoints, scope, cancellationToken).ConfigureAwait(false)
            : await inspector.InspectEndpointsAsync(target.Endpoints, scope, cancellationToken).ConfigureAwait(false);
        await log.WarnAsync(
        [
            .. snapshot.EndpointMapProblems.Select(p => $"Warning (EndpointMap): {p}"),
            .. snapshot.MetricsProblems.Select(p => $"Warning (MetricsUnreadable): {p}"),
        ]).ConfigureAwait(false);
        return snapshot;
    }

    private void Trace(EtcdCall call) => log.Write(
        $"debug: {call.Endpoint} {call.Method} took {GoDuration.Write(call.Took)}{(call.Failure is { } failure ? $", {failure.Message}" : "")}");
}
