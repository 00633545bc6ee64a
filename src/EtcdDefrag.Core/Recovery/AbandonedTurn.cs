using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Recovery;

/// <summary>
/// In NOSPACE a run's lock cannot end with a lease. A run that died there would keep every later one out, and the cluster without writes,
/// until somebody deletes its keys by hand. A recovery waits for it as long as a lease would live, ends its turn where nothing happens, and
/// waits as long again: a run that was only slow has noticed by then, and takes no further step.
/// </summary>
internal sealed class AbandonedTurn(MemberConnections connections, TimeProvider time)
{
    private static readonly TimeSpan QuietFor = RunLock.Lifetime;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Makes a run possible in NOSPACE. Gives whether it has to go without the lock, because the keys for it are missing or used up: then
    /// the guards alone, which look for a defragmentation under way before every step, keep two runs apart.
    /// </summary>
    public async Task<bool> MustGoWithoutLockAsync(ClusterSnapshot snapshot, Func<string, Task> warn, CancellationToken cancellationToken)
    {
        if (DisarmPlan.FindArmed(snapshot).Count == 0
            || snapshot.Voters.FirstOrDefault(v => v is { Status: not null, ReadFailure: null })?.Address is not { } address)
        {
            return false;
        }

        var turn = new NoSpaceTurn(connections.Get(address));
        var found = await turn.FindAsync(cancellationToken).ConfigureAwait(false);
        if (found.IsTaken)
        {
            await warn($"A run that began while NOSPACE was armed has not ended. Waiting up to {QuietFor.TotalSeconds:0} s for a sign of it.")
                .ConfigureAwait(false);
            found = await WaitAsync(turn, found, snapshot, warn, cancellationToken).ConfigureAwait(false);
        }

        if (found.IsUsedUp)
        {
            await warn("This run goes without its lock: NOSPACE is armed, and the keys that stand in for it are missing or used up. "
                + "A second run would be kept out only while a member is being defragmented.").ConfigureAwait(false);
        }

        return found.IsUsedUp;
    }

    private async Task<NoSpaceTurn.State> WaitAsync(
        NoSpaceTurn turn, NoSpaceTurn.State found, ClusterSnapshot snapshot, Func<string, Task> warn, CancellationToken cancellationToken)
    {
        var members = snapshot.Members.Where(m => m.Address is not null).Select(m => connections.Get(m.Address!)).ToArray();
        var quietSince = time.GetTimestamp();
        while (found.IsTaken && time.GetElapsedTime(quietSince) < QuietFor)
        {
            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
            var metrics = await Task.WhenAll(members.Select(m => BoundedCall.TryAsync(m.GetMetricsAsync, PollInterval, time, cancellationToken)))
                .ConfigureAwait(false);
            quietSince = metrics.Any(m => m is { IsDefragmenting: true }) ? time.GetTimestamp() : quietSince;
            found = await turn.FindAsync(cancellationToken).ConfigureAwait(false);
        }

        if (found.IsTaken)
        {
            await warn($"Nothing has happened: that run is taken for dead, and its turn ends here. Waiting {QuietFor.TotalSeconds:0} s more, "
                + "in which it would notice.").ConfigureAwait(false);
            await turn.EndAsync(found.ToTurn(), cancellationToken).ConfigureAwait(false);
            await Task.Delay(RunLock.Lifetime, time, cancellationToken).ConfigureAwait(false);
            found = await turn.FindAsync(cancellationToken).ConfigureAwait(false);
        }

        return found;
    }
}
