using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag alarm list</c> and <c>alarm disarm</c>. Only NOSPACE is ever cleared, and only of members that are named.</summary>
internal static class AlarmCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("alarm", "Shows the cluster's alarms, or clears NOSPACE of named members.");
        command.Subcommands.Add(CreateList(host));
        command.Subcommands.Add(CreateDisarm(host));
        return command;
    }

    private static Command CreateList(CommandHost host)
    {
        var command = new Command("list", "Shows every alarm that is armed.");
        command.AddFlags(ConnectionFlags.All, OutputFlags.All);
        command.SetAction(new ClusterAction(host, ListAsync).RunAsync);
        return command;
    }

    private static Command CreateDisarm(CommandHost host)
    {
        var members = new Argument<string[]>("member")
        {
            Description = "The members whose NOSPACE alarm to clear, by id or name.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("disarm", "Clears the NOSPACE alarm of the named members, if every member's database file is below --disalarm-threshold.");
        command.Arguments.Add(members);
        command.AddFlags(ConnectionFlags.All, [RunFlags.QuotaBytes, RunFlags.DisalarmThreshold, RunFlags.Force, RunFlags.DryRun], OutputFlags.All);
        command.SetAction((parsed, cancellationToken) =>
            new ClusterAction(
                host,
                (session, token) => DisarmAsync(session, parsed.GetRequiredValue(members), ParseProblems.FindBehindSecrets(parsed), token))
                .RunAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var snapshot = await session.InspectAsync(connections, target, wholeCluster: false, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        if (snapshot.Members.All(m => m.Alarms is null))
        {
            await session.Log.ComplainAsync([.. snapshot.Members.Select(m => (m.AlarmFailure ?? m.Failure)?.Message ?? "It gave no alarms.")]).ConfigureAwait(false);
            return ExitCode.Failed;
        }

        EtcdAlarm[] alarms = [.. snapshot.Alarms];
        await session.WriteAsync([.. alarms.Select(MemberRecords.Of)], alarms.Select(alarm => $"memberID:{alarm.MemberId} alarm:{AlarmNames.Of(alarm.AlarmType)}")).ConfigureAwait(false);

        return ExitCode.Done;
    }

    private static async Task<int> DisarmAsync(
        ClusterSession session, string[] names, IReadOnlySet<string> hidden, CancellationToken cancellationToken)
    {
        var threshold = session.Values.Get(RunFlags.DisalarmThreshold);
        var quota = session.Values.Get(RunFlags.QuotaBytes);
        var isForced = session.Values.Get(RunFlags.Force);
        if (threshold is <= 0 or >= 1)
        {
            throw new UsageException($"{session.Values.Find(RunFlags.DisalarmThreshold)!.Source} must be greater than 0 and less than 1.0.");
        }

        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var snapshot = await session.InspectAsync(connections, target, wholeCluster: true, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        if (FindProblem(snapshot, names, hidden) is { } problem)
        {
            await session.Log.ComplainAsync(problem).ConfigureAwait(false);
            return ExitCode.Failed;
        }

        if (!isForced && SpaceAlarms.FindObstacle(snapshot, threshold, quota) is { } obstacle)
        {
            await session.Log.ComplainAsync($"Refused (NoSpaceLeft): {obstacle}", "Defragment first, or raise the quota; --force clears the alarm all the same.").ConfigureAwait(false);
            return ExitCode.Refused;
        }

        return await DisarmAsync(session, connections, snapshot, names, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> DisarmAsync(
        ClusterSession session, MemberConnections connections, ClusterSnapshot snapshot, string[] names, CancellationToken cancellationToken)
    {
        var isDryRun = session.Values.Get(RunFlags.DryRun);
        var results = new List<EtcdDisarmResult>();
        foreach (var memberId in names.SelectMany(n => SpaceAlarms.FindMembers(snapshot, n, byName: true)).Distinct(StringComparer.Ordinal))
        {
            results.Add(isDryRun ? DescribeDryRun(snapshot, memberId) : await new SpaceAlarms(connections).DisarmAsync(snapshot, memberId, cancellationToken).ConfigureAwait(false));
        }

        await session.WriteAsync([.. results.Select(r => RunRecords.Of(r, isDryRun))], results.Select(MemberLines.Of)).ConfigureAwait(false);

        return (isDryRun ? SpaceAlarms.FindArmed(snapshot).Intersect(results.Select(r => r.MemberId)).Count() == results.Count : results.TrueForAll(r => r.WasDisarmed))
            ? ExitCode.Done
            : ExitCode.Failed;
    }

    private static EtcdDisarmResult DescribeDryRun(ClusterSnapshot snapshot, string memberId) => new(
        memberId, WasDisarmed: false, SpaceAlarms.FindArmed(snapshot).Contains(memberId) ? "Dry run: its NOSPACE alarm would be cleared." : "Dry run: its NOSPACE alarm is not armed.");

    private static string? FindProblem(ClusterSnapshot snapshot, string[] names, IReadOnlySet<string> hidden) => snapshot switch
    {
        _ when snapshot.MemberList is null || !snapshot.Statuses.Any(s => !s.IsLearner) => string.Join(' ', snapshot.Members.Select(m => m.Failure?.Message ?? m.MemberListFailure?.Message ?? $"{m.DisplayName} gave no member list.")),
        _ when Array.Find(names, n => SpaceAlarms.FindMembers(snapshot, n, byName: true).Count == 0) is { } unknown =>
            $"The cluster has no member {(hidden.Contains(unknown) ? "of that name" : $"'{DisplayText.Value(unknown)}'")}; it has {ListMembers(snapshot)}.",
        _ when Array.Find(names, n => SpaceAlarms.FindMembers(snapshot, n, byName: true).Count > 1) is { } ambiguous =>
            $"'{DisplayText.Value(ambiguous)}' is more than one member of the cluster, which has {ListMembers(snapshot)}; name it by its id.",
        _ => null,
    };

    private static string ListMembers(ClusterSnapshot snapshot) => string.Join(", ", snapshot.MemberList!.Select(m => $"{m.MemberId} ({DisplayText.Value(m.Name)})"));
}
