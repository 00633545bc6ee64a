using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Execution.Leadership;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>Has the leader hand its leadership over, and sees to it that it did.</summary>
internal sealed class LeaderHandOver(MemberConnections connections, ClusterProbe probe, TimeProvider time)
{
    private static readonly TimeSpan AgreeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The new leader's id, or what went wrong.</summary>
    public async Task<(string? NewLeaderId, string? Problem, Exception? Error)> MoveAsync(
        RunState run, GuardContext context, EtcdDefragStep leader, CancellationToken cancellationToken)
    {
        if (ChooseReceiver(context, leader) is not { } receiver)
        {
            return (null, "no other voter is well, up to date and done already", null);
        }

        try
        {
            await connections.Get(leader.Address!).MoveLeaderAsync(receiver.MemberId!, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure) when (!failure.OutcomeIsOpen)
        {
            return (null, failure.Message.TrimEnd('.'), failure);
        }

        catch (EtcdException)
        {
            // It may have happened all the same: the members say so below, or they do not.
        }

        return await IsAgreedAsync(run, receiver, cancellationToken).ConfigureAwait(false)
            ? (receiver.MemberId, null, null)
            : (null, $"the members did not agree on {receiver.DisplayName} within {Units.Seconds(AgreeTimeout)}", null);
    }

    /// <summary>
    /// A voter that answers now, is not behind, and has its own turn over or needs none: else leadership would have to move again.
    /// Of several, the one that is furthest.
    /// </summary>
    public static MemberObservation? ChooseReceiver(GuardContext context, EtcdDefragStep leader) => context.Snapshot.Voters
        .Where(m => m.MemberId != leader.MemberId && LeaderMovePlan.FindFault(context, m) is null && !context.PendingIds.Contains(m.MemberId!))
        .MaxBy(m => m.Status!.RaftAppliedIndex);

    private async Task<bool> IsAgreedAsync(RunState run, MemberObservation receiver, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        do
        {
            var context = await probe.InspectAsync(run, cancellationToken).ConfigureAwait(false);
            if (context.Snapshot.LeaderId == receiver.MemberId)
            {
                return true;
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
        while (time.GetElapsedTime(started) < AgreeTimeout);

        return false;
    }
}
