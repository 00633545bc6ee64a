using System.Collections.Concurrent;
using System.Globalization;
using EtcdDefrag.Integration.Support;
using Grpc.Core;

namespace EtcdDefrag.Containers.Support;

/// <summary>A user who writes ever new keys through whatever member answers, and remembers which writes were acknowledged.</summary>
internal sealed class Writer : IAsyncDisposable
{
    private const string Prefix = "work/";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource _end = new();
    private readonly ContainerCluster _cluster;
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly Task _running;

    private Writer(ContainerCluster cluster)
    {
        _cluster = cluster;
        _running = RunAsync();
    }

    /// <summary>Begins when the first writes are acknowledged.</summary>
    public static async Task<Writer> StartAsync(ContainerCluster cluster)
    {
        var writer = new Writer(cluster);
        await writer.ProceedAsync();
        return writer;
    }

    /// <summary>Waits until more writes have been acknowledged.</summary>
    public Task ProceedAsync()
    {
        var target = _acknowledged.Count + 20;
        return Eventually.HoldsAsync(() => _acknowledged.Count >= target, "the writer went on", TimeSpan.FromSeconds(60));
    }

    /// <summary>
    /// Waits until the cluster is healthy and can be written to, and fails the test unless every acknowledged write is there at every
    /// member.
    /// </summary>
    /// <param name="lost">A member that is not expected to be well or to have them; null for none.</param>
    public async Task VerifyAsync(ContainerMember? lost = null)
    {
        if (lost is null)
        {
            await _cluster.WaitUntilHealthyAsync();
        }

        await ProceedAsync();
        await _end.CancelAsync();
        await _running;
        ContainerMember[] members = [.. _cluster.Members.Where(m => m != lost)];
        foreach (var member in members)
        {
            await Eventually.HoldsAsync(
                () => HoldsAllAsync(member, members[0]), $"{member.Name} holds every acknowledged write, and what the cluster holds");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    /// <summary>
    /// Reads the cluster's keys anew each time: a write that nobody waits for any more, or that was given up at the end, may still be
    /// committed meanwhile.
    /// </summary>
    private async Task<bool> HoldsAllAsync(ContainerMember member, ContainerMember other)
    {
        var own = await member.Client.ListAsync(Prefix, ofThisMember: true);
        var clusters = await other.Client.ListAsync(Prefix);
        string[] lost = [.. _acknowledged.Where(k => !own.Contains(k))];
        string[] differing = [.. own.Except(clusters), .. clusters.Except(own)];
        return lost.Length == 0 && differing.Length == 0
            ? true
            : throw new InvalidOperationException($"Lost: {string.Join(", ", lost)}. Not the same: {string.Join(", ", differing)}.");
    }

    private async Task RunAsync()
    {
        var current = 0;
        for (var number = 1; !_end.IsCancellationRequested; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");
            try
            {
                var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + CallTimeout;
                await _cluster.Members[current].Client.PutAsync(key, "", deadline, _end.Token);
                _acknowledged.Enqueue(key);
            }
            catch (RpcException)
            {
                // It may be there or not: no number is tried twice.
                current = (current + 1) % _cluster.Members.Count;
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
