using EtcdDefrag.Cli.Output;
using EtcdDefrag.Offline;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag snapshot status</c>: judges snapshots and copies of a database file without a server.</summary>
internal static class SnapshotStatusCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var exitCode = ExitCode.Done;
        foreach (var path in session.Values.Words.Select(w => w.Text))
        {
            try
            {
                var status = await SnapshotReader.ReadAsync(path, cancellationToken).ConfigureAwait(false);
                session.Write([SnapshotStatusText.RecordOf(status)], SnapshotStatusText.LinesOf(status));
                session.Log.Complain([.. status.Problems.Select(p => $"'{DisplayText.Value(path)}' is damaged: {p}")]);
                exitCode = status.IsDamaged ? ExitCode.Failed : exitCode;
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
            {
                session.Log.Complain($"'{DisplayText.Value(path)}' cannot be read: {unreadable.Message}");
                exitCode = ExitCode.Failed;
            }
        }

        return exitCode;
    }
}
