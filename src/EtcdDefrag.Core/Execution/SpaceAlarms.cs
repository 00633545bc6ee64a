using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Execution;

/// <summary>Clears NOSPACE alarms, each of one named member, where every member has the room that the alarm says is missing.</summary>
internal sealed class SpaceAlarms
{
    private readonly MemberConnections _connections;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    public SpaceAlarms(MemberConnections connections) => _connections = connections;

    /// <summary>The members whose NOSPACE alarm is armed, by the word of any member.</summary>
    /// <param name="snapshot">The cluster.</param>
    public static IReadOnlyList<string> FindArmed(ClusterSnapshot snapshot) =>
        [.. snapshot.Alarms.Where(a => a.AlarmType == EtcdAlarmType.NoSpace).Select(a => a.MemberId).Distinct()];

    /// <summary>
    /// The members that a user's text names, by id (hexadecimal or decimal) or by name; more than one where it is ambiguous. A member
    /// that was removed while its alarm was armed is in no list any more, and its alarm still keeps the cluster from writing.
    /// </summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="text">What the user wrote.</param>
    /// <param name="byName">Whether it may be a name.</param>
    public static IReadOnlyList<string> FindMembers(ClusterSnapshot snapshot, string text, bool byName)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var listed = (snapshot.MemberList ?? []).Where(m => MemberIdText.Names(text, m.MemberId) || (byName && m.Name.Length > 0 && m.Name == text));
        return [.. listed.Select(m => m.MemberId).Concat(FindArmed(snapshot).Where(id => MemberIdText.Names(text, id))).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// What speaks against clearing alarms: a member whose file is not below the given part of its quota, or that nobody knows it
    /// of. Etcd would raise the alarm again with the next write. Null where nothing does.
    /// </summary>
    /// <param name="snapshot">The cluster; every member has to have answered.</param>
    /// <param name="share">The part, above 0 and below 1.</param>
    /// <param name="quotaBytes">The quota by the user's word, where no member says it.</param>
    public static string? FindObstacle(ClusterSnapshot snapshot, double share, long? quotaBytes)
    {
        string[] reasons =
        [
            .. snapshot.Members.Select(m => FindObstacle(m, share, quotaBytes)).OfType<string>(),
            .. snapshot.Members.Any(m => m.Alarms is not null) ? [] : (string[])["No member said which alarms are armed."],
            .. snapshot.UnaskedMembers.Select(m => $"Member {m.MemberId} was not asked, so its size is not known."),
        ];
        return reasons.Length == 0 ? null : string.Join(' ', reasons);
    }

    /// <summary>Clears one member's NOSPACE alarm, and no other.</summary>
    /// <param name="snapshot">The cluster a moment ago.</param>
    /// <param name="memberId">The member.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<EtcdDisarmResult> DisarmAsync(ClusterSnapshot snapshot, string memberId, CancellationToken cancellationToken)
    {
        if (memberId.TrimStart('0').Length == 0)
        {
            // By hand an alarm can be armed for nobody; to clear it by its number would clear everybody's.
            const string Everybody = "An alarm of member 0 stands for no member, and is left to 'etcdctl alarm disarm', which clears every alarm.";
            return new EtcdDisarmResult(memberId, false, Everybody) { Error = new InvalidOperationException(Everybody) };
        }

        var status = snapshot.Statuses.FirstOrDefault(s => s.MemberId == memberId && !s.IsLearner) ?? snapshot.Statuses.First(s => !s.IsLearner);
        try
        {
            var wasArmed = await _connections.Get(status.Address!).DisarmNoSpaceAsync(memberId, cancellationToken).ConfigureAwait(false);
            return new EtcdDisarmResult(memberId, wasArmed, wasArmed ? "" : "The alarm was not armed any more.");
        }
        catch (EtcdException failure)
        {
            return new EtcdDisarmResult(memberId, false, failure.Message) { Error = failure };
        }
    }

    /// <summary>The run's part, after its last step.</summary>
    internal async Task DisarmAllAsync(
        RunState run, ClusterSnapshot snapshot, Func<GuardRefusal?> findRefusal, double share, CancellationToken cancellationToken)
    {
        var armed = FindArmed(snapshot);
        if (armed.Count == 0 && snapshot.Members.Any(m => m.Alarms is not null))
        {
            await run.EmitAsync(at => new AlarmsKept(at, "No NOSPACE alarm is armed.") { NoneArmed = true }).ConfigureAwait(false);
            return;
        }

        if ((findRefusal()?.Reason ?? FindObstacle(snapshot, share, run.Request.Plan.QuotaBytes)) is { } obstacle)
        {
            // The cluster stays read-only, which is not what was asked for.
            run.NoteFailure(obstacle);
            await run.EmitAsync(at => new AlarmsKept(at, obstacle)).ConfigureAwait(false);
            return;
        }

        foreach (var memberId in armed)
        {
            if (findRefusal() is { } refusal)
            {
                run.NoteFailure(refusal.Reason);
                await run.EmitAsync(at => new AlarmsKept(at, refusal.Reason)).ConfigureAwait(false);
                return;
            }

            var result = await DisarmAsync(snapshot, memberId, cancellationToken).ConfigureAwait(false);
            if (result.Error is not null)
            {
                run.NoteFailure(result.Reason);
            }

            await run.EmitAsync(at => new AlarmDisarmed(at, result)).ConfigureAwait(false);
        }
    }

    private static string? FindObstacle(MemberObservation member, double share, long? quotaBytes)
    {
        if (member.Status is null)
        {
            return $"{member.DisplayName} gave no status.";
        }

        return QuotaKnowledge.Assume(member.Status, quotaBytes).DbQuotaUsage switch
        {
            null => $"The quota of {member.DisplayName} is not known.",
            { } usage when usage >= share => string.Create(
                CultureInfo.InvariantCulture, $"{member.DisplayName} uses {usage:0.###} of its quota, and {share:0.###} is the limit."),
            _ => null,
        };
    }
}
