using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support.Load;

/// <summary>
/// What a cluster's users do while something is done to it: a writer, a reader and a holder of a lease, each through whatever
/// member answers. They begin at different members, stay with one as long as it answers within a short time, and go on to the next
/// when it does not. Members may come and go meanwhile.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    // The rhythm of the clients: enough to notice an interruption, not so much that the machine has nothing left.
    private static readonly TimeSpan WritePause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LeasePause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _end = new();
    private readonly List<WorkloadClient> _clients = [];
    private readonly WriteClient _writer;
    private readonly ReadClient _reader;
    private readonly LeaseClient _lease;
    private readonly Task _running;

    private Workload(IReadOnlyList<EtcdSandboxMember> members)
    {
        _writer = Add(new WriteClient(members, first: 0));
        _reader = Add(new ReadClient(members, first: 1, _writer));
        _lease = Add(new LeaseClient(members, first: 2));
        _running = Task.WhenAll(
            _writer.RunAsync(WritePause, _end.Token), _reader.RunAsync(ReadPause, _end.Token), _lease.RunAsync(LeasePause, _end.Token));
    }

    /// <summary>The writes acknowledged so far.</summary>
    public int Acknowledged => _writer.Acknowledged.Count;

    /// <summary>Starts it; it runs until it is stopped.</summary>
    /// <param name="members">The members to use: usually the voters, since a learner takes neither reads nor writes.</param>
    public static Workload Start(IReadOnlyList<EtcdSandboxMember> members) => new(members);

    /// <summary>
    /// Waits until so many more writes have been acknowledged and a read has succeeded, and the lease has been had. Its renewals are
    /// not waited for: they all go to the leader, which answers none before it has applied what is committed, and so none while it
    /// defragments.
    /// </summary>
    public async Task ProceedAsync(int writes = 20)
    {
        var target = Acknowledged + writes;
        var reads = _reader.Succeeded;
        await Eventually.HoldsAsync(
            () => Acknowledged >= target && _reader.Succeeded > reads && _lease.IsHeld
                ? true
                : throw new InvalidOperationException($"{Sum()}"),
            "the workload went on",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Stops the clients and says how they fared. The lease is left as it is; it lives long enough to be verified.</summary>
    public async Task<WorkloadReport> StopAsync()
    {
        await _end.CancelAsync();
        await _running;
        return Sum();
    }

    /// <summary>
    /// Stops the clients, and fails the test unless every acknowledged write is there, all running members have the same keys with
    /// the same history, and the lease has never been lost.
    /// </summary>
    public async Task<WorkloadReport> VerifyAsync(EtcdSandbox sandbox)
    {
        var report = await StopAsync();
        Assert.True(report.Acknowledged > 0, $"The workload never wrote anything. {report}");
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
        await ClusterAudit.AssertAllThereAsync(sandbox, _writer.Acknowledged);
        await _lease.AssertHeldAsync(sandbox);
        await ClusterAudit.AssertSameEverywhereAsync(sandbox);
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _clients.ForEach(client => client.Dispose());
        _end.Dispose();
    }

    private WorkloadReport Sum() =>
        new(Acknowledged, _writer.Sum(), _reader.Sum(), _lease.Sum(), [.. _reader.Violations, .. _lease.Violations]);

    private TClient Add<TClient>(TClient client)
        where TClient : WorkloadClient
    {
        _clients.Add(client);
        return client;
    }
}

/// <summary>How a workload fared.</summary>
/// <param name="Acknowledged">The writes that were acknowledged.</param>
/// <param name="Writes">The writer's sum.</param>
/// <param name="Reads">The reader's sum.</param>
/// <param name="Renewals">The lease holder's sum.</param>
/// <param name="Violations">What must never happen and did: a read that did not show an acknowledged write, a lost lease.</param>
internal sealed record WorkloadReport(
    int Acknowledged, ClientSum Writes, ClientSum Reads, ClientSum Renewals, IReadOnlyList<string> Violations)
{
    /// <summary>The calls that failed or took too long.</summary>
    public int Failures => Writes.Failed + Reads.Failed + Renewals.Failed;

    /// <summary>The longest time without an acknowledged write.</summary>
    public TimeSpan LongestGap => Writes.LongestGap;
}

/// <summary>How one client fared.</summary>
/// <param name="Succeeded">Its calls that succeeded.</param>
/// <param name="Failed">Its calls that failed or took too long.</param>
/// <param name="LongestGap">The longest time between two successes, its start and its end included.</param>
/// <param name="LastFailure">The last failure's message; null where there was none.</param>
internal sealed record ClientSum(int Succeeded, int Failed, TimeSpan LongestGap, string? LastFailure);
