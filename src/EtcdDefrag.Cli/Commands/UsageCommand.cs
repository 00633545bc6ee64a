using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Usage;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag usage</c>: what takes the room, by prefix.</summary>
internal static class UsageCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var measure = new KeyspaceMeasure(connections, session.Host.Time);
        var request = new KeyspaceRequest(target.GetEndpoints())
        {
            Depth = Read(UsageFlags.Depth),
            First = Read(UsageFlags.First),
            LargestKeys = Read(UsageFlags.LargestKeys),
            BytesPerSecond = session.Values.Get(UsageFlags.BytesPerSecond),
        };
        var member = await measure.ChooseAsync(request, cancellationToken).ConfigureAwait(false);
        session.Log.Write($"Reading the keys of {member.DisplayName}, {(member.Status!.IsLeader ? "the leader: there is no follower" : "a follower")}.");
        try
        {
            var usage = await measure.MeasureAsync(member, request, (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            session.Write([.. usage.Select(UsageText.RecordOf)], UsageText.LinesOf(usage, hasBars: session.Host.IsOutputTerminal));
            return ExitCode.Done;
        }
        catch (EtcdException failure)
        {
            session.Log.Complain(failure.Message);
            return ExitCode.Failed;
        }

        int Read(Flag<long> flag) => (int)Math.Min(session.Values.Get(flag), 1000);
    }
}
