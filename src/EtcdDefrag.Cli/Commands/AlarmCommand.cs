using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag alarm list</c> and <c>alarm disarm</c>. Only NOSPACE is cleared, and only of members that are named.</summary>
internal static class AlarmCommand
{
    public static async Task<int> ListAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var endpoints = target.GetEndpoints();
        var list = await AlarmList.ReadAsync(connections, session.Host.Time, endpoints, cancellationToken).ConfigureAwait(false);
        session.Warn(list.Snapshot);
        string[] problems = [.. list.Unanswered.Select(m => (m.AlarmFailure ?? m.Failure)?.Message ?? $"{m.DisplayName} gave no alarms.")];
        if (problems.Length < list.Snapshot.Members.Count)
        {
            var lines = list.Alarms.Select(alarm => $"memberID:{alarm.MemberId} alarm:{AlarmNames.Of(alarm.AlarmType)}");
            session.Write([.. list.Alarms.Select(MemberRecords.Of)], lines);
        }

        session.Log.Complain(problems);
        return problems.Length == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    public static async Task<int> DisarmAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var names = session.Values.Words;
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var operation = new DisarmOperation(connections, session.Host.Time);
        var request = new DisarmRequest(target.GetEndpoints())
        {
            Members = [.. names.Select(n => n.Text)],
            MaxQuotaUsage = session.Values.Get(RunFlags.DisalarmThreshold),
            QuotaBytes = session.Values.Get(RunFlags.QuotaBytes),
            Force = session.Values.Get(RunFlags.Force),
        };
        var plan = await operation.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        session.Warn(plan.Snapshot);
        session.Log.Warn([.. plan.Steps.Where(s => s.Warning is not null).Select(s => $"Warning (CorruptAlarm): {s.Warning}")]);
        if (FindNameProblem(plan, names) is { } problem)
        {
            session.Log.Complain(problem);
            return ExitCode.Failed;
        }

        if (plan.Obstacle is not null && plan.Steps.Any(s => s.IsArmed))
        {
            session.Log.Complain(
                $"Refused (NoSpaceLeft): {plan.Obstacle}",
                "Defragment first, or raise the quota; use --force to clear the alarm even so.");
            return ExitCode.Refused;
        }

        return session.Values.Get(RunFlags.DryRun)
            ? DescribeDryRun(session, plan)
            : await ClearAsync(session, operation, plan, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> ClearAsync(
        ClusterSession session, DisarmOperation operation, DisarmPlan plan, CancellationToken cancellationToken)
    {
        var results = new List<EtcdDisarmResult>();
        foreach (var step in plan.Steps)
        {
            results.Add(await operation.ExecuteAsync(step, cancellationToken).ConfigureAwait(false));
        }

        session.Write([.. results.Select(r => RunRecords.Of(r))], results.Select(MemberLines.Of));
        return results.TrueForAll(r => r.Error is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static int DescribeDryRun(ClusterSession session, DisarmPlan plan)
    {
        EtcdDisarmResult[] results =
        [
            .. plan.Steps.Select(s => new EtcdDisarmResult(
                s.MemberId, WasDisarmed: false, $"Dry run: its NOSPACE alarm {(s.IsArmed ? "would be cleared" : "is not armed")}.")),
        ];
        session.Write([.. results.Select(r => RunRecords.Of(r, isDryRun: true))], results.Select(MemberLines.Of));
        return ExitCode.Done;
    }

    private static string? FindNameProblem(DisarmPlan plan, IReadOnlyList<Word> names)
    {
        var members = string.Join(", ", plan.Snapshot.MemberList!.Select(m => $"{m.MemberId} ({DisplayText.Value(m.Name)})"));
        var (name, found) = plan.Unresolved is [var first, ..] ? first : new UnresolvedMember("", []);
        var shown = names.Any(n => n.IsHidden && n.Text == name) ? "of that name" : $"'{ShownWord.Of(name)}'";
        return name.Length == 0 ? null
            : found.Count == 0 ? $"The cluster has no member {shown}; it has {members}."
            : $"{shown} is more than one member of the cluster, which has {members}; name it by its id.";
    }
}
