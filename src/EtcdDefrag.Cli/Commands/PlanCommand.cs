using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag plan</c>: what a run with the same flags would do and why, by the very engine that would do it.</summary>
internal static class PlanCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var settings = new RunSettings(session.Values);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        var rule = settings.ReadRule(session.Log);
        var request = settings.For(target.Endpoints, rule) with { CompactionRetain = null, DisarmBelow = null };
        using var connections = session.Connect(target);
        var plan = new PlanObserver(session);
        var runner = new DefragRunner(connections, session.Host.Time);
        var report = await runner.RunAsync(request, plan, cancellationToken).ConfigureAwait(false);
        session.Write([.. plan.Steps.Select(RunRecords.Of)], plan.Steps.Select(MemberLines.OfPlan));
        return ExitCode.Of(report);
    }

    private sealed class PlanObserver(ClusterSession session) : IDefragObserver
    {
        public IReadOnlyList<EtcdDefragStep> Steps { get; private set; } = [];

        public Task OnEventAsync(DefragEvent runEvent)
        {
            switch (runEvent)
            {
                case RunPlanned planned when Steps.Count == 0:
                    Steps = planned.Steps;
                    break;
                case RunWarned { Warning: var warning }:
                    session.Log.Warn($"Warning ({warning.Rule}): {warning.Text}");
                    break;
                case RunRefused { Refusal: var refusal }:
                    session.Log.Complain($"Refused ({refusal.Rule}): {refusal.Reason}", refusal.Remedy);
                    if (session.Form == OutputForm.Json)
                    {
                        new RunJson(session.Host.Output).Write(runEvent);
                    }

                    break;
            }

            return Task.CompletedTask;
        }

        public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
            Task.FromResult<string?>("This is a plan.");
    }
}
