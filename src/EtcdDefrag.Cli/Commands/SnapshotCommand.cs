using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag snapshot save</c>: writes the database of one of the named members to a file, verified.</summary>
internal static class SnapshotCommand
{
    public static async Task<int> SaveAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var path = ReadPath(session.Values.Words[0]);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var operation = new SnapshotOperation(connections, session.Host.Time);
        var request = new SnapshotRequest(target.GetEndpoints(), path, session.Values.Get(MaintenanceFlags.Overwrite));
        var plan = await operation.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        session.Warn(plan.Snapshot);
        if (session.Values.Get(RunFlags.DryRun))
        {
            session.Write([MaintenanceRecords.OfDryRun(plan)], MemberLines.OfDryRun(plan));
            return ExitCode.Done;
        }

        var onProgress = FollowLive(session.Live, plan.Member.Endpoint);
        var result = await operation.ExecuteAsync(plan, onProgress, cancellationToken).ConfigureAwait(false);
        session.Live?.Stop();
        session.Write([MaintenanceRecords.Of(result)], MemberLines.Of(result));
        return ExitCode.Done;
    }

    private static Func<long, long, Task> FollowLive(LiveLine? live, string endpoint)
    {
        var (done, rest) = (0L, 0L);
        live?.Show(elapsed => LiveText.OfSnapshot(endpoint, Interlocked.Read(ref done), Interlocked.Read(ref rest), elapsed));
        return (written, left) =>
        {
            Interlocked.Exchange(ref done, written);
            Interlocked.Exchange(ref rest, left);
            return Task.CompletedTask;
        };
    }

    private static string ReadPath(Word word) => word.Text switch
    {
        "" => throw new UsageException("The file's name is empty."),
        var text when text.Contains("://", StringComparison.Ordinal) => throw new UsageException(
            $"{(word.IsHidden ? "What was given" : $"'{ShownWord.Of(text)}'")} is an endpoint, not a file; name it with --endpoints."),
        var text => Path.GetFullPath(text),
    };
}
