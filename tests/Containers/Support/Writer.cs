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
        var there = await members[0].Client.ListAsync(Prefix);
        Assert.DoesNotContain(_acknowledged, k => !there.Contains(k));
        foreach (var member in members)
        {
            await Eventually.HoldsAsync(
                async () => (await member.Client.ListAsync(Prefix, ofThisMember: true)).SetEquals(there), $"{member.Name} holds the same keys as the cluster");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
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
