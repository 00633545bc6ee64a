using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag plan</c>: what a run with the same flags would do and why, by the very engine that would do it.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("plan", "Shows which members a run with the same flags would defragment, in which order and why; exit code 2 where a guard would refuse.");
        command.AddFlags(ConnectionFlags.All, RunFlags.All.Where(f => f != RunFlags.Version), OutputFlags.All);
        command.SetAction(new ClusterAction(host, RunAsync).RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var settings = new RunSettings(session.Values);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        var rule = settings.RuleText is { } text ? await RuleReader.ReadAsync(text, session.Log).ConfigureAwait(false) : null;
        using var connections = session.Connect(target);
        var plan = new PlanObserver(session);
        var request = settings.For(target.Endpoints, rule) with { CompactionRetain = null, DisarmBelow = null };
        var report = await new DefragRunner(connections, session.Host.Time).RunAsync(request, plan, cancellationToken).ConfigureAwait(false);
        await session.WriteAsync([.. plan.Steps.Select(RunRecords.Of)], plan.Steps.Select(MemberLines.OfPlan)).ConfigureAwait(false);

        return ExitCode.Of(report);
    }

    private sealed class PlanObserver(ClusterSession session) : IDefragObserver
    {
        public IReadOnlyList<EtcdDefragStep> Steps { get; private set; } = [];

        public async Task OnEventAsync(DefragEvent happened)
        {
            if (happened is RunPlanned { Steps: var steps } && Steps.Count == 0)
            {
                Steps = steps;
            }

            await (happened switch
            {
                RunWarned { Warning: var warning } => session.Log.WarnAsync($"Warning ({warning.Rule}): {warning.Text}"),
                RunRefused { Refusal: var refusal } => session.Log.ComplainAsync($"Refused ({refusal.Rule}): {refusal.Reason}", refusal.Remedy),
                _ => Task.CompletedTask,
            }).ConfigureAwait(false);
            if (happened is RunRefused && session.Form == OutputForm.Json)
            {
                await new RunJson(session.Host.Output).WriteAsync(happened).ConfigureAwait(false);
            }
        }

        public Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
