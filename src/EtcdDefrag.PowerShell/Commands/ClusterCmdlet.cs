using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>The base of cmdlets that work on whole clusters. They begin when all names are in, to order the members.</summary>
public abstract class ClusterCmdlet : EtcdCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!NamesAnything)
        {
            WriteVerbose("No member came from the pipeline: there is nothing to do.");
        }

        // An invalid endpoint may stand for a member that matters: then no member is contacted at all.
        var targets = FindConnections(byCluster: true, out var invalidEndpoints);
        if (invalidEndpoints == 0 && targets.Count > 0)
        {
            WarnOfSkippedChecks(targets.Select(t => t.GetOptions()));
            var endpoints = DisplayText.Of(string.Join(", ", targets.SelectMany(t => t.Endpoint)));
            Await((streams, cancellationToken) =>
            {
                streams.ShowWait($"Waiting for {endpoints}");
                return RunAsync(targets, streams, cancellationToken);
            });
        }
    }

    /// <summary>Does what the cmdlet is for; at least one target, each a cluster of its own.</summary>
    private protected abstract Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken);

    /// <summary>Remembers the members for completion, and warns of settings that match none of them.</summary>
    private protected async Task InspectedAsync(ClusterSnapshot snapshot, CmdletStreams streams)
    {
        Session.Remember(snapshot);
        foreach (var problem in snapshot.EndpointMapProblems.Concat(snapshot.MetricsProblems))
        {
            await streams.WriteWarningAsync(problem).ConfigureAwait(false);
        }
    }

    /// <summary>Writes an error for each member without whose answer the operation cannot be planned.</summary>
    private protected static async Task WriteUnansweredAsync(MaintenanceException problem, EtcdConnection target, CmdletStreams streams)
    {
        foreach (var member in problem.Unanswered)
        {
            await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(member.Endpoint, MaintenanceException.FindFailure(member)!))
                .ConfigureAwait(false);
        }

        if (problem.Unanswered.Count == 0)
        {
            await streams.WriteErrorAsync(ErrorRecords.MaintenanceRefused(problem, target.GetEndpoints())).ConfigureAwait(false);
        }
    }
}
