using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.Usage;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Measure-EtcdKeyspace: what takes the room, by prefix.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "EtcdKeyspace")]
[OutputType(typeof(EtcdKeyspaceUsage))]
public sealed class MeasureEtcdKeyspaceCommand : ClusterCmdlet
{
    private const int ProgressId = 2381;
    private const int AllOfIt = 100;

    /// <summary>How many parts of a key, between slashes, make its prefix. Default 1.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int Depth { get; set; } = KeyspaceRequest.DefaultDepth;

    /// <summary>How many prefixes are listed. Default 20.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int First { get; set; } = KeyspaceRequest.DefaultFirst;

    /// <summary>How many of the largest keys are listed as well. Default 0.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int LargestKey { get; set; }

    /// <summary>How fast the member is read at most; 0 for no limit. Default 16 MiB/s.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long MaxBytesPerSecond { get; set; } = KeyspaceRequest.DefaultBytesPerSecond;

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            try
            {
                await MeasureAsync(new KeyspaceMeasure(connections, TimeProvider.System), target, streams, cancellationToken).ConfigureAwait(false);
            }
            catch (MaintenanceException problem)
            {
                await WriteUnansweredAsync(problem, target, streams).ConfigureAwait(false);
            }
            catch (EtcdException failure)
            {
                await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(string.Join(",", target.GetEndpoints()), failure)).ConfigureAwait(false);
            }
        }
    }

    private async Task MeasureAsync(KeyspaceMeasure measure, EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var request = new KeyspaceRequest(target.GetEndpoints())
        {
            Depth = Depth,
            First = First,
            LargestKeys = LargestKey,
            BytesPerSecond = MaxBytesPerSecond,
        };
        var member = await measure.ChooseAsync(request, cancellationToken).ConfigureAwait(false);
        await streams.WriteVerboseAsync(
            $"Reading the keys of {member.DisplayName}, {(member.Status!.IsLeader ? "the leader: there is no follower" : "a follower")}.").ConfigureAwait(false);
        var (done, all) = (0L, 0L);
        streams.ShowSlowProgress(_ => [Render($"Reading the keys of {member.DisplayName}", Interlocked.Read(ref done), Interlocked.Read(ref all))]);
        var usage = await measure.MeasureAsync(
            member,
            request,
            (read, total) =>
            {
                Interlocked.Exchange(ref done, read);
                Interlocked.Exchange(ref all, total);
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var line in usage)
        {
            await streams.WriteObjectAsync(line).ConfigureAwait(false);
        }
    }

    private static ProgressRecord Render(string activity, long done, long all) =>
        new(ProgressId, activity, FormattableString.Invariant($"{done} of {all} keys"))
        {
            PercentComplete = all > 0 ? (int)Math.Min(AllOfIt, AllOfIt * done / all) : -1,
        };
}
