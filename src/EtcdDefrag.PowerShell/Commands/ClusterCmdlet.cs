using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>
/// What cmdlets that work on a whole cluster have in common. They begin when all names are in, since the order of members is decided over
/// all of them.
/// </summary>
public abstract class ClusterCmdlet : EtcdCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var targets = FindTargets();
        if (targets.Count > 0)
        {
            WarnOfSkippedChecks(targets.Select(t => t.GetOptions()));
            Await((streams, cancellationToken) => RunAsync(targets, streams, cancellationToken));
        }
    }

    /// <summary>Does what the cmdlet is for; at least one target, each a cluster of its own.</summary>
    private protected abstract Task RunAsync(IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken);

    /// <summary>Writes an error for each member that gave no status.</summary>
    private protected static async Task WriteFailuresAsync(ClusterSnapshot snapshot, CmdletStreams streams)
    {
        foreach (var member in snapshot.Members.Where(m => m.Failure is not null))
        {
            await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(member.Endpoint, member.Failure!)).ConfigureAwait(false);
        }
    }

    private IReadOnlyList<EtcdConnection> FindTargets()
    {
        if (!NamesAnything)
        {
            WriteVerbose("No member came from the pipeline: there is nothing to do.");
        }

        // A name that cannot be read may stand for a member that matters: then nobody is asked at all.
        var targets = FindConnections(byCluster: true, out var unreadable);
        return unreadable > 0 ? [] : targets;
    }
}
