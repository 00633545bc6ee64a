using EtcdDefrag.Cli.Connecting;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Client;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What every command on a cluster works with: the flags, the streams and the connections.</summary>
internal sealed class ClusterSession(FlagValues values, CommandHost host, RunLog log)
{
    public FlagValues Values => values;

    public CommandHost Host => host;

    public RunLog Log => log;

    /// <summary>Says what is being waited for; null where nobody reads along, or a program reads.</summary>
    public LiveLine? Live => Form == OutputForm.Json ? null : host.Live;

    public OutputForm Form { get; } = values.Get(OutputFlags.WriteOut);

    public bool IsHex { get; } = values.Get(OutputFlags.Hex);

    public bool IsDebugging { get; } = values.Get(OutputFlags.Debug);

    /// <summary>Reads the target, and warns once of what its settings give up.</summary>
    public async Task<EtcdConnection> ReadTargetAsync(CancellationToken cancellationToken)
    {
        var target = await new TargetReader(values, host, log).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (target.GetOptions().SkipCertificateCheck)
        {
            log.Warn($"Warning (SkipCertificateCheck): {EtcdConnectionOptions.SkippedCheckWarning}");
        }

        Live?.Show(LiveText.Of("Asking the members"));
        return target;
    }

    public MemberConnections Connect(EtcdConnection target) =>
        new(new EtcdConnector(host.Time, IsDebugging ? Trace : null), target.GetOptions());

    /// <summary>Inspects the members: all of the cluster, or those that the endpoints name.</summary>
    public async Task<ClusterSnapshot> InspectAsync(bool wholeCluster, InspectionScope scope, CancellationToken cancellationToken)
    {
        var target = await ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = Connect(target);
        return await InspectAsync(connections, target, wholeCluster, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Inspects the members over connections that stay open, and warns of settings that have no effect.</summary>
    public async Task<ClusterSnapshot> InspectAsync(
        MemberConnections connections, EtcdConnection target, bool wholeCluster, InspectionScope scope, CancellationToken cancellationToken)
    {
        var inspector = new ClusterInspector(connections, host.Time);
        var snapshot = wholeCluster
            ? await inspector.InspectClusterAsync(target.GetEndpoints(), scope, cancellationToken).ConfigureAwait(false)
            : await inspector.InspectEndpointsAsync(target.GetEndpoints(), scope, cancellationToken).ConfigureAwait(false);
        Warn(snapshot);
        return snapshot;
    }

    /// <summary>Warns of settings that match no member.</summary>
    public void Warn(ClusterSnapshot snapshot) => log.Warn(
    [
        .. snapshot.EndpointMapProblems.Select(p => $"Warning (EndpointMap): {p}"),
        .. snapshot.MetricsProblems.Select(p => $"Warning (MetricsUnreadable): {p}"),
    ]);

    /// <summary>Writes results: the lines for people, or the records in any other form.</summary>
    public void Write(IReadOnlyList<Record> records, IEnumerable<string> lines)
    {
        if (Form != OutputForm.Simple)
        {
            new RecordWriter(host.Output, Form, IsHex).Write(records);
            return;
        }

        foreach (var line in lines)
        {
            host.Output.WriteLine(line);
        }
    }

    private void Trace(EtcdCall call)
    {
        var failure = call.Failure is null ? "" : $", {call.Failure.Message}";
        log.Write($"debug: {call.Endpoint} {call.Method} took {GoDuration.Write(call.Took)}{failure}");
    }
}
