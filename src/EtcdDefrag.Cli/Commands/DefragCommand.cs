using System.Reflection;
using System.Runtime.InteropServices;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The command without a subcommand: defragments the members that the endpoints name.</summary>
internal static class DefragCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        if (session.Values.Get(RunFlags.Version))
        {
            WriteVersion(session.Host.Output);
            return ExitCode.Done;
        }

        var log = session.Log;
        var settings = new RunSettings(session.Values);
        if (settings.IsDryRun)
        {
            log.Write("Using dry run mode, will not perform defragmentation");
        }

        log.Write("Validating configuration.");
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        log.Write(settings.RuleText is { } text
            ? $"Validating the defragmentation rule: {DisplayText.Value(text)} ... "
            : "No defragmentation rule provided");
        var rule = settings.ReadRule(log);
        if (rule is not null)
        {
            log.Write("valid");
        }

        using var connections = session.Connect(target);
        var follower = new RunFollower(session.Host, log, session.Form, session.IsHex, settings.IsDryRun);
        var request = settings.For(target.GetEndpoints(), rule);
        return await DefragmentAsync(request, connections, follower, log, session.Host.Time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries a run out and reports it, from the health check to the closing line.</summary>
    public static async Task<int> DefragmentAsync(
        DefragRequest request,
        MemberConnections connections,
        RunFollower follower,
        RunLog log,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        log.Write("Performing health check.", request.NamedMembersOnly
            ? $"Health check will be performed only on the explicitly provided endpoints: [{string.Join(' ', request.Endpoints)}]"
            : "Health check will be performed on all cluster member endpoints");
        try
        {
            var report = await new DefragRunner(connections, time).RunAsync(request, follower, cancellationToken).ConfigureAwait(false);
            return ExitCode.Of(report);
        }
        catch (Exception unexpected) when (unexpected is not OperationCanceledException)
        {
            log.Complain(ClusterAction.Describe(unexpected));
            return ExitCode.Of(follower.BreakOff(time.GetUtcNow(), unexpected));
        }
    }

    /// <summary>What --version prints, in the original's lines.</summary>
    private static void WriteVersion(LineOutput output)
    {
        var assembly = typeof(DefragCommand).Assembly;
        var full = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var (version, commit) = full.Split('+', 2) is [var number, var hash] ? (number, hash) : (full, "unknown");
        output.WriteLine($"etcd-defrag Version: {version}");
        output.WriteLine($"Git SHA: {commit}");
        output.WriteLine($".NET Version: {Environment.Version}");
        output.WriteLine($".NET OS/Arch: {RuntimeInformation.RuntimeIdentifier}");
    }
}
