using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Execution;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag plan</c>: what a run with the same flags would do and why, by the very engine that would do it.</summary>
internal static class PlanCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var settings = new RunSettings(session.Values);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        var rule = settings.ReadRule(session.Log);
        using var connections = session.Connect(target);
        var runner = new DefragRunner(connections, session.Host.Time);
        var plan = await runner.PlanAsync(settings.For(target.GetEndpoints(), rule), cancellationToken).ConfigureAwait(false);
        session.Log.Warn([.. plan.Warnings.Select(w => $"Warning ({w.Rule}): {w.Text}")]);
        if (plan.Refused is { Refusal: var refusal } refused)
        {
            session.Log.Complain($"Refused ({refusal.Rule}): {refusal.Reason}", refusal.Remedy);
            if (session.Form == OutputForm.Json)
            {
                new RunJson(session.Host.Output).Write(refused);
            }
        }

        var steps = plan.Refused is null ? plan.Steps : [];
        EtcdCompactionResult[] compaction = plan.Compaction is { } first ? [first] : [];
        session.Log.Write([.. compaction.Select(c => c.Reason)]);

        // A table has the columns of one kind of record.
        Record[] before = session.Form == OutputForm.Table ? [] : [.. compaction.Select(c => RunRecords.Of(c, isDryRun: true))];
        session.Write([.. before, .. steps.Select(RunRecords.Of)], steps.Select(MemberLines.OfPlan));
        return ExitCode.Of(plan.ToReport());
    }
}
