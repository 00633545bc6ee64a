using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Execution.Leadership;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Execution.Snapshots;

/// <summary>Writes a member's whole database to a file, as a backup before something is done to the cluster, and verifies it.</summary>
internal sealed class SnapshotSaver
{
    private readonly MemberConnections _connections;
    private readonly TimeProvider _time;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    /// <param name="time">The clock.</param>
    public SnapshotSaver(MemberConnections connections, TimeProvider time)
    {
        _connections = connections;
        _time = time;
    }

    /// <summary>
    /// Chooses whose database is saved: of the members that were named and could be asked, a follower that has caught up before the
    /// leader, which has more to do. Pure.
    /// </summary>
    /// <param name="snapshot">What the members said a moment ago; their reads have to have been tried.</param>
    /// <param name="isWanted">Whether a member was asked for.</param>
    /// <exception cref="SnapshotException">No member that was asked for is fit.</exception>
    public static EtcdMemberStatus Choose(ClusterSnapshot snapshot, Func<MemberObservation, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var context = new GuardContext(snapshot, HealthJudge.Judge(snapshot));
        var wanted = snapshot.Members.Where(isWanted).ToArray();
        return wanted
            .Where(m => LeaderMovePlan.FindFault(context, m) is null)
            .OrderBy(m => m.Status!.IsLeader)
            .ThenByDescending(m => m.Status!.RaftAppliedIndex)
            .Select(m => m.Status!)
            .FirstOrDefault() ?? throw new SnapshotException(
                $"No member that was named can be saved: {string.Join(' ', wanted.Select(m => $"{m.DisplayName}: {LeaderMovePlan.FindFault(context, m)}."))}",
                "See Test-EtcdClusterHealth, and name a member that is well.");
    }

    /// <summary>Saves a member's database. The file has its name only when it is whole and verified.</summary>
    /// <param name="member">The member, as <see cref="Choose"/> found it.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <param name="onProgress">Told the bytes that were written, and those still to come.</param>
    /// <param name="cancellationToken">Gives up, and leaves nothing behind.</param>
    /// <exception cref="EtcdException">The member did not send its database, or not all of it.</exception>
    /// <exception cref="SnapshotException">It cannot be written, or is not what the member sent.</exception>
    public async Task<EtcdSnapshotResult> SaveAsync(
        EtcdMemberStatus member, string path, bool overwrite, Func<long, long, Task> onProgress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        var started = _time.GetTimestamp();
        if (Directory.Exists(path))
        {
            throw new SnapshotException($"'{path}' is a folder.", "Name a file in it.");
        }

        if (!overwrite && File.Exists(path))
        {
            throw new SnapshotException($"There is a file '{path}' already.", "Give another -Path, or -Force to replace it.");
        }

        try
        {
            var file = new SnapshotFile(path);
            await using var fileScope = file.ConfigureAwait(false);
            await ReceiveAsync(member, file, onProgress, cancellationToken).ConfigureAwait(false);
            var hash = file.Verify() ?? throw new SnapshotException(
                $"What came from {member.Endpoint} does not have the SHA-256 that it sent: the snapshot is damaged.", "Try again, or save another member's.");
            var bytes = file.Length;
            await file.KeepAsync(overwrite).ConfigureAwait(false);
            return new EtcdSnapshotResult
            {
                Path = path,
                Bytes = bytes,
                Sha256 = hash,
                Endpoint = member.Endpoint,
                MemberId = member.MemberId,
                Name = member.Name,
                Version = member.Version,
                Revision = member.Revision,
                Duration = _time.GetElapsedTime(started),
                Connection = member.Connection,
            };
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException($"The snapshot could not be written to '{path}': {unwritable.Message}", "Make room, or name a folder that can be written to.", unwritable);
        }
    }

    private async Task ReceiveAsync(EtcdMemberStatus member, SnapshotFile file, Func<long, long, Task> onProgress, CancellationToken cancellationToken)
    {
        var parts = _connections.Get(member.Address!).ReadSnapshotAsync(cancellationToken);
        await foreach (var part in parts.ConfigureAwait(false))
        {
            await file.AppendAsync(part, cancellationToken).ConfigureAwait(false);
            await onProgress(file.Length, part.RemainingBytes).ConfigureAwait(false);
        }
    }
}
