using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag alarm list</c> and <c>alarm disarm</c>. Only NOSPACE is cleared, and only of members that are named.</summary>
internal static class AlarmCommand
{
    public static async Task<int> ListAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var snapshot = await session.InspectAsync(wholeCluster: false, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        if (snapshot.Members.All(m => m.Alarms is null))
        {
            session.Log.Complain([.. snapshot.Members.Select(m => (m.AlarmFailure ?? m.Failure)?.Message ?? "It gave no alarms.")]);
            return ExitCode.Failed;
        }

        EtcdAlarm[] alarms = [.. snapshot.Alarms];
        session.Write(
            [.. alarms.Select(MemberRecords.Of)], alarms.Select(a => $"memberID:{a.MemberId} alarm:{AlarmNames.Of(a.AlarmType)}"));
        return ExitCode.Done;
    }

    public static async Task<int> DisarmAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var values = session.Values;
        var threshold = values.Get(RunFlags.DisalarmThreshold);
        if (threshold is <= 0 or >= 1)
        {
            throw new UsageException($"{values.Find(RunFlags.DisalarmThreshold)!.Source} must be greater than 0 and less than 1.0.");
        }

        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var snapshot = await session.InspectAsync(connections, target, wholeCluster: true, InspectionScope.Status, cancellationToken)
            .ConfigureAwait(false);
        if (FindProblem(snapshot, values.Words) is { } problem)
        {
            session.Log.Complain(problem);
            return ExitCode.Failed;
        }

        if (!values.Get(RunFlags.Force)
            && SpaceAlarms.FindObstacle(snapshot, threshold, values.Get(RunFlags.QuotaBytes)) is { } obstacle)
        {
            session.Log.Complain(
                $"Refused (NoSpaceLeft): {obstacle}", "Defragment first, or raise the quota; --force clears the alarm all the same.");
            return ExitCode.Refused;
        }

        string[] memberIds = [.. values.Words.SelectMany(w => FindMembers(snapshot, w)).Distinct(StringComparer.Ordinal)];
        return values.Get(RunFlags.DryRun)
            ? DescribeDryRun(session, snapshot, memberIds)
            : await DisarmAsync(session, connections, snapshot, memberIds, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> DisarmAsync(
        ClusterSession session,
        MemberConnections connections,
        ClusterSnapshot snapshot,
        string[] memberIds,
        CancellationToken cancellationToken)
    {
        var results = new List<EtcdDisarmResult>();
        foreach (var memberId in memberIds)
        {
            results.Add(await new SpaceAlarms(connections).DisarmAsync(snapshot, memberId, cancellationToken).ConfigureAwait(false));
        }

        session.Write([.. results.Select(r => RunRecords.Of(r))], results.Select(MemberLines.Of));
        return results.TrueForAll(r => r.WasDisarmed) ? ExitCode.Done : ExitCode.Failed;
    }

    private static int DescribeDryRun(ClusterSession session, ClusterSnapshot snapshot, string[] memberIds)
    {
        var armed = SpaceAlarms.FindArmed(snapshot);
        EtcdDisarmResult[] results = [.. memberIds.Select(id => new EtcdDisarmResult(
            id,
            WasDisarmed: false,
            armed.Contains(id) ? "Dry run: its NOSPACE alarm would be cleared." : "Dry run: its NOSPACE alarm is not armed."))];
        session.Write([.. results.Select(r => RunRecords.Of(r, isDryRun: true))], results.Select(MemberLines.Of));
        return memberIds.All(armed.Contains) ? ExitCode.Done : ExitCode.Failed;
    }

    private static string? FindProblem(ClusterSnapshot snapshot, IReadOnlyList<Word> names)
    {
        if (snapshot.MemberList is null || !snapshot.Statuses.Any(s => !s.IsLearner))
        {
            return string.Join(' ', snapshot.Members.Select(
                m => m.Failure?.Message ?? m.MemberListFailure?.Message ?? $"{m.DisplayName} gave no member list."));
        }

        var members = string.Join(", ", snapshot.MemberList.Select(m => $"{m.MemberId} ({DisplayText.Value(m.Name)})"));
        if (names.FirstOrDefault(n => FindMembers(snapshot, n).Count == 0) is { } unknown)
        {
            var shown = unknown.IsHidden ? "of that name" : $"'{DisplayText.Value(unknown.Text)}'";
            return $"The cluster has no member {shown}; it has {members}.";
        }

        return names.FirstOrDefault(n => FindMembers(snapshot, n).Count > 1) is { } ambiguous
            ? $"'{DisplayText.Value(ambiguous.Text)}' is more than one member of the cluster, which has {members}; name it by its id."
            : null;
    }

    private static IReadOnlyCollection<string> FindMembers(ClusterSnapshot snapshot, Word name) =>
        SpaceAlarms.FindMembers(snapshot, name.Text, byName: true);
}
