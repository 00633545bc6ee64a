using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;

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
            Await((streams, cancellationToken) => RunAsync(targets, streams, cancellationToken));
        }
    }

    /// <summary>Does what the cmdlet is for; at least one target, each a cluster of its own.</summary>
    private protected abstract Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken);

    /// <summary>Writes an error for each member that gave no status.</summary>
    private protected static async Task WriteFailuresAsync(ClusterSnapshot snapshot, CmdletStreams streams)
    {
        foreach (var member in snapshot.Members.Where(m => m.Failure is not null))
        {
            await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(member.Endpoint, member.Failure!)).ConfigureAwait(false);
        }
    }
}
