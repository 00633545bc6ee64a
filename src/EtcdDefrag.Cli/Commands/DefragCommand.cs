using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Policy;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The command itself, without a subcommand: defragments what the endpoints name.</summary>
internal sealed class DefragCommand(CommandHost host)
{
    public void AddTo(RootCommand root)
    {
        root.AddFlags(ConnectionFlags.All, RunFlags.All, OutputFlags.All);
        root.SetAction(new ClusterAction(host, RunAsync).RunAsync);
    }

    /// <summary>Carries a run out and tells it, from the health check to the closing line.</summary>
    public static async Task<int> DefragmentAsync(
        DefragRequest request, MemberConnections connections, RunFollower follower, RunLog log, TimeProvider time, CancellationToken cancellationToken)
    {
        await log.WriteAsync("Performing health check.", LineOfScope(request)).ConfigureAwait(false);
        try
        {
            return ExitCode.Of(await new DefragRunner(connections, time).RunAsync(request, follower, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            await log.ComplainAsync(ClusterAction.Describe(unforeseen)).ConfigureAwait(false);
            return ExitCode.Of(await follower.BreakOffAsync(time.GetUtcNow(), unforeseen).ConfigureAwait(false));
        }
    }

    private static string LineOfScope(DefragRequest request) => request.NamedMembersOnly
        ? $"Health check will be performed only on the explicitly provided endpoints: [{string.Join(' ', request.Endpoints)}]"
        : "Health check will be performed on all cluster member endpoints";

    private static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        if (session.Values.Get(RunFlags.Version))
        {
            await VersionText.WriteAsync(session.Host.Output).ConfigureAwait(false);
            return ExitCode.Done;
        }

        var log = session.Log;
        var settings = new RunSettings(session.Values);
        if (settings.IsDryRun)
        {
            await log.WriteAsync("Using dry run mode, will not perform defragmentation").ConfigureAwait(false);
        }

        await log.WriteAsync("Validating configuration.").ConfigureAwait(false);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        var rule = await ReadRuleAsync(settings.RuleText, log).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var follower = new RunFollower(session.Host, log, session.Form, session.IsHex, settings.IsDryRun);
        return await DefragmentAsync(settings.For(target.Endpoints, rule), connections, follower, log, session.Host.Time, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<DefragRule?> ReadRuleAsync(string? text, RunLog log)
    {
        if (text is null)
        {
            await log.WriteAsync("No defragmentation rule provided").ConfigureAwait(false);
            return null;
        }

        await log.WriteAsync($"Validating the defragmentation rule: {DisplayText.Value(text)} ... ").ConfigureAwait(false);
        var rule = await RuleReader.ReadAsync(text, log).ConfigureAwait(false);
        await log.WriteAsync("valid").ConfigureAwait(false);
        return rule;
    }
}
