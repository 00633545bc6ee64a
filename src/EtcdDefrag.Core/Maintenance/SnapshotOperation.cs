using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Maintenance;

/// <summary>Writes a member's whole database to a file, verified, as a backup before something is done to the cluster.</summary>
internal sealed class SnapshotOperation(MemberConnections connections, TimeProvider time)
{
    /// <summary>Inspects the cluster and chooses the member. Writes nothing.</summary>
    /// <exception cref="MaintenanceException">No member can be saved, or the file cannot be written.</exception>
    public async Task<SnapshotPlan> PlanAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        var path = SnapshotTarget.Find(request.Path, request.Overwrite, OperatingSystem.IsWindows());
        var inspector = new ClusterInspector(connections, time);
        var snapshot = await inspector.InspectClusterAsync(request.Endpoints, InspectionScope.Health, cancellationToken)
            .ConfigureAwait(false);
        var recheck = new RaftLagRecheck(connections);
        snapshot = await recheck.RecheckAsync(snapshot, RaftLagRecheck.DefaultLimit, cancellationToken).ConfigureAwait(false);
        return SnapshotPlan.Create(snapshot, request with { Path = path });
    }

    /// <summary>
    /// Saves the database. The file has its name only when it is whole and verified; else nothing is left behind. The progress are the
    /// bytes that were written, and those still to come.
    /// </summary>
    /// <exception cref="EtcdException">The member did not send its database, or not all of it.</exception>
    /// <exception cref="MaintenanceException">It cannot be written, or is not what the member sent.</exception>
    public async Task<EtcdSnapshotResult> ExecuteAsync(
        SnapshotPlan plan, Func<long, long, Task> onProgress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var member = plan.Member.Status!;
        try
        {
            var file = new SnapshotFile(plan.Path);
            await using var fileScope = file.ConfigureAwait(false);
            var parts = connections.Get(plan.Member.Address!).ReadSnapshotAsync(cancellationToken);
            await foreach (var part in parts.ConfigureAwait(false))
            {
                await file.AppendAsync(part, cancellationToken).ConfigureAwait(false);
                await onProgress(file.Length, part.RemainingBytes).ConfigureAwait(false);
            }

            var hash = file.Verify() ?? throw new MaintenanceException(
                $"What came from {member.Endpoint} does not have the SHA-256 that it sent: the snapshot is damaged.",
                "Try again, or save another member's.");
            var bytes = file.Length;
            await file.KeepAsync(plan.Overwrite).ConfigureAwait(false);
            return new EtcdSnapshotResult
            {
                Path = plan.Path,
                Bytes = bytes,
                Sha256 = hash,
                Endpoint = member.Endpoint,
                MemberId = member.MemberId,
                Name = member.Name,
                Version = member.Version,
                Revision = member.Revision,
                Duration = time.GetElapsedTime(started),
                Connection = member.Connection,
            };
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new MaintenanceException(
                $"The snapshot could not be written to '{plan.Path}': {unwritable.Message}",
                "Make room, or name a folder that can be written to.",
                unwritable);
        }
    }
}
