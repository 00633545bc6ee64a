using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Keeps two runs on one cluster apart, across machines: a key in etcd itself, created in one transaction, that lives as long as
/// its owner keeps its lease alive.
/// </summary>
internal sealed class RunLock(MemberConnections connections, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The name of the guard that it is.</summary>
    public const string Rule = "RunLock";

    private const string Key = "etcd-defrag/run";
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _end = new();
    private EtcdEndpoint[] _voters = [];
    private EtcdEndpoint? _busy;
    private Task _keeping = Task.CompletedTask;
    private long _lease;
    private volatile bool _isLost;

    /// <summary>Whether the lock was had and is no more.</summary>
    public bool IsLost => _isLost;

    /// <summary>Whether the lock was had.</summary>
    public bool IsTaken => _lease != 0;

    /// <summary>Which members to ask from now on: the voters that gave a status, those that are well before those that are not.</summary>
    public void Prefer(ClusterSnapshot snapshot)
    {
        var answering = snapshot.Voters.Where(v => v is { Status: not null, Address: not null }).OrderBy(v => v.ReadFailure is not null);
        if (answering.Select(v => v.Address!).ToArray() is { Length: > 0 } voters)
        {
            Volatile.Write(ref _voters, voters);
        }
    }

    /// <summary>
    /// Takes the lock. Gives a refusal where another run holds it or nobody can say; a warning where this cluster does not let it be
    /// taken (NOSPACE, no right to write), since then only the guards stand between two runs.
    /// </summary>
    public async Task<(GuardRefusal? Refusal, RunWarning? Warning)> TakeAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        Prefer(snapshot);
        var member = connections.Get(_voters[0]);
        try
        {
            var lease = await member.GrantLeaseAsync(Lifetime, cancellationToken).ConfigureAwait(false);
            if (await member.CreateKeyAsync(Key, DescribeOwner(), lease, cancellationToken).ConfigureAwait(false) is not { } holder)
            {
                _lease = lease;
                _keeping = KeepAsync(_end.Token);
                return (null, null);
            }

            await member.RevokeLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
            return (Refuse($"Another run is under way on this cluster: {holder}.") with { MayPass = true }, null);
        }
        catch (EtcdException failure) when (MayNotWrite(failure))
        {
            return (null, new RunWarning(Rule, $"This run goes without its lock, and a second one would not be kept out by it: {failure.Detail}."));
        }
        catch (EtcdException failure)
        {
            return (Refuse($"The run's lock could not be taken: {failure.Message.TrimEnd('.')}."), null);
        }
    }

    /// <summary>Which member not to ask for a while, since it will not answer.</summary>
    public void Spare(EtcdEndpoint? busy) => Volatile.Write(ref _busy, busy);

    /// <summary>What a run is told that has lost its lock.</summary>
    public static GuardRefusal Lost() => Refuse("The run's lock in etcd ended before the run did: it could not be kept alive.");

    /// <summary>How long giving the lock back may take: an election may be under way when a run ends because a member was lost.</summary>
    public TimeSpan ReleaseWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gives the lock back. What cannot be given back in time ends with its lease.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (IsTaken && !IsLost)
        {
            using var patience = new CancellationTokenSource(ReleaseWithin, time);
            await AskAnyAsync(RevokeOnceAsync, patience.Token).ConfigureAwait(false);
        }

        _end.Dispose();
    }

    private static GuardRefusal Refuse(string reason) => new(
        Rule, reason,
        $"Wait until it has ended; the lock of a run that died ends by itself within {Lifetime.TotalSeconds} s. Where keys may not be written, -NoLock (--no-lock) goes without.");

    /// <summary>With NOSPACE armed etcd takes no keys; with authentication on, a user may have no right to ours.</summary>
    private static bool MayNotWrite(EtcdException failure) => failure is
    {
        Failure: EtcdFailure.Refused,
        Code: EtcdStatusCode.ResourceExhausted or EtcdStatusCode.PermissionDenied,
    };

    private string DescribeOwner() => string.Create(
        CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z");

    private async Task KeepAsync(CancellationToken end)
    {
        var alive = time.GetTimestamp();
        try
        {
            while (!_isLost)
            {
                await Task.Delay(KeepAliveEvery, time, end).ConfigureAwait(false);
                var isAlive = await AskAnyAsync(KeepAliveOnceAsync, end).ConfigureAwait(false);
                alive = isAlive ? time.GetTimestamp() : alive;
                _isLost |= time.GetElapsedTime(alive) > Lifetime;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private async Task KeepAliveOnceAsync(IEtcdMember member, CancellationToken cancellationToken)
    {
        var left = await member.KeepLeaseAliveAsync(_lease, cancellationToken).ConfigureAwait(false);
        _isLost |= left == TimeSpan.Zero;
    }

    private async Task RevokeOnceAsync(IEtcdMember member, CancellationToken cancellationToken)
    {
        try
        {
            await member.RevokeLeaseAsync(_lease, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException gone) when (gone.Code == EtcdStatusCode.NotFound)
        {
            // An earlier question, whose answer was lost, has ended it.
        }
    }

    /// <summary>Asks the voters one after the other, the one that is busy last, until one answers.</summary>
    private async Task<bool> AskAnyAsync(Func<IEtcdMember, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        foreach (var voter in Volatile.Read(ref _voters).OrderBy(v => v == Volatile.Read(ref _busy)))
        {
            using var patience = new CancellationTokenSource(AnswerWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                await ask(connections.Get(voter), either.Token).ConfigureAwait(false);
                return true;
            }
            catch (Exception failure) when (failure is EtcdException or OperationCanceledException)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return false;
                }
            }
        }

        return false;
    }
}
