using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Keeps two runs on one cluster apart, across machines: a key in etcd itself, created in one transaction, that lives as long as
/// its owner keeps its lease alive.
/// </summary>
internal sealed class RunLock(MemberConnections connections, TimeProvider time) : IDisposable
{
    /// <summary>The name of the guard that it is.</summary>
    public const string Rule = "RunLock";

    private const string Key = "etcd-defrag/run";
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    /// <summary>How long giving it back may take once the caller has cancelled: somebody waits at a prompt.</summary>
    private static readonly TimeSpan ReleaseInHaste = TimeSpan.FromSeconds(1);

    /// <summary>After what time without an answer the next member is asked too.</summary>
    private static readonly TimeSpan AskNextAfter = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<EtcdEndpoint> _seen = [];
    private EtcdEndpoint[] _voters = [];
    private EtcdEndpoint? _busy;
    private Task _keeping = Task.CompletedTask;
    private long _lease;
    private long _renewed;
    private volatile bool _isGone;

    /// <summary>Whether the lock was had.</summary>
    public bool IsTaken => _lease != 0;

    /// <summary>What the lease has left at least: etcd cannot have begun to count before the request that renewed it was sent.</summary>
    private TimeSpan Left => _isGone ? TimeSpan.Zero : Lifetime - time.GetElapsedTime(Volatile.Read(ref _renewed));

    /// <summary>A refusal where the lock was had and is no more. To be asked right before every call that changes something.</summary>
    public GuardRefusal? FindLoss() =>
        IsTaken && Left <= TimeSpan.Zero ? Refuse("The run's lock in etcd ended before the run did: it could not be kept alive.") : null;

    /// <summary>Which members to ask from now on: the voters that gave a status, those that are well before those that are not.</summary>
    public void Prefer(ClusterSnapshot snapshot)
    {
        var answering = snapshot.Voters.Where(v => v is { Status: not null, Address: not null }).OrderBy(v => v.ReadFailure is not null);
        if (answering.Select(v => v.Address!).ToArray() is { Length: > 0 } voters)
        {
            // Whoever answered once may do so again by the time the others do not.
            _seen.UnionWith(voters);
            Volatile.Write(ref _voters, [.. voters, .. _seen.Except(voters)]);
        }
    }

    /// <summary>
    /// Takes the lock. Gives a refusal where another run holds it or nobody can say; a warning where this cluster does not let it be
    /// taken (NOSPACE, no right to write), since then only the guards stand between two runs.
    /// </summary>
    /// <param name="snapshot">The cluster a moment ago.</param>
    /// <param name="onLost">Told at once when the lock is lost in mid-run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(GuardRefusal? Refusal, RunWarning? Warning)> TakeAsync(
        ClusterSnapshot snapshot, Func<string, Task> onLost, CancellationToken cancellationToken)
    {
        Prefer(snapshot);
        if (_voters.Length == 0)
        {
            return (Refuse("The run's lock could not be taken: no voting member gave a status."), null);
        }

        var member = connections.Get(_voters[0]);
        var lease = 0L;
        var isHeld = false;
        try
        {
            var asked = time.GetTimestamp();
            lease = await member.GrantLeaseAsync(Lifetime, cancellationToken).ConfigureAwait(false);
            if (await member.CreateKeyAsync(Key, DescribeOwner(), lease, cancellationToken).ConfigureAwait(false) is { } holder)
            {
                return (Refuse($"Another run is under way on this cluster: {holder}.") with { MayPass = true }, null);
            }

            Volatile.Write(ref _renewed, asked);
            _lease = lease;
            isHeld = true;
            _keeping = KeepAsync(onLost, _end.Token);
            return (null, null);
        }
        catch (EtcdException failure) when (MayNotWrite(failure))
        {
            return (null, new RunWarning(
                Rule, $"This run goes without its lock, and a second one would not be kept out by it: {failure.Detail}."));
        }
        catch (EtcdException failure)
        {
            return (Refuse($"The run's lock could not be taken: {failure.Message.TrimEnd('.')}."), null);
        }
        finally
        {
            // The key may have been created all the same, where only the answer was lost.
            if (lease != 0 && !isHeld)
            {
                using var patience = new CancellationTokenSource(AnswerWithin, time);
                using var haste = cancellationToken.Register(() => patience.CancelAfter(ReleaseInHaste));
                await RevokeAsync(lease, patience.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Which member not to ask for a while, since it will not answer.</summary>
    public void Spare(EtcdEndpoint? busy) => Volatile.Write(ref _busy, busy);

    /// <summary>
    /// Gives the lock back, by whichever member answers, again and again: but no longer than its lease would live, and in haste once the
    /// caller has cancelled.
    /// </summary>
    /// <returns>A warning where nobody took it back.</returns>
    public async Task<RunWarning?> ReleaseAsync(CancellationToken hurry)
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (!IsTaken || Left is not { Ticks: > 0 } left)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(left, time);
        using var haste = hurry.Register(() => patience.CancelAfter(ReleaseInHaste));
        while (!await RevokeAsync(_lease, patience.Token).ConfigureAwait(false))
        {
            if (!await WaitAsync(AskNextAfter, patience.Token).ConfigureAwait(false))
            {
                return Left is { Ticks: > 0 } rest
                    ? new RunWarning(Rule, string.Create(
                        CultureInfo.InvariantCulture,
                        $"No member took the run's lock back. It ends by itself within {Math.Ceiling(rest.TotalSeconds)} s; until then no other run can begin."))
                    : null;
            }
        }

        return null;
    }

    public void Dispose() => _end.Dispose();

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

    private async Task KeepAsync(Func<string, Task> onLost, CancellationToken end)
    {
        try
        {
            var rest = KeepAliveEvery;
            while (FindLoss() is null)
            {
                await Task.Delay(AtMostLeft(rest), time, end).ConfigureAwait(false);
                rest = Left <= TimeSpan.Zero || await RenewAsync(end).ConfigureAwait(false) ? KeepAliveEvery : AskAgainAfter;
            }

            await onLost(FindLoss()!.Reason).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Asks the voters one after the other, the one that is busy last, until one has renewed the lease or says that it is gone.</summary>
    private async Task<bool> RenewAsync(CancellationToken end)
    {
        foreach (var voter in InOrder())
        {
            using var patience = new CancellationTokenSource(AtMostLeft(AnswerWithin), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
            var asked = time.GetTimestamp();
            try
            {
                var left = await connections.Get(voter).KeepLeaseAliveAsync(_lease, either.Token).ConfigureAwait(false);
                _isGone = left == TimeSpan.Zero;
                Volatile.Write(ref _renewed, asked);
                return true;
            }
            catch (Exception failure) when (failure is EtcdException or OperationCanceledException)
            {
                end.ThrowIfCancellationRequested();
            }
        }

        return false;
    }

    /// <summary>Asks one voter after the other, without waiting long for those that do not answer; true as soon as one has ended the lease.</summary>
    private async Task<bool> RevokeAsync(long lease, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = new List<Task<bool>>();
        foreach (var voter in InOrder())
        {
            asked.Add(RevokeAtAsync(voter, lease, enough.Token));
            if (!asked[^1].IsCompleted)
            {
                await Task.WhenAny(asked[^1], WaitAsync(AskNextAfter, enough.Token)).ConfigureAwait(false);
            }

            if (asked.Exists(a => a is { IsCompletedSuccessfully: true, Result: true }))
            {
                break;
            }
        }

        while (asked.Count > 0)
        {
            var first = await Task.WhenAny(asked).ConfigureAwait(false);
            asked.Remove(first);
            if (await first.ConfigureAwait(false))
            {
                await enough.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(asked).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    private async Task<bool> RevokeAtAsync(EtcdEndpoint voter, long lease, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await connections.Get(voter).RevokeLeaseAsync(lease, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (EtcdException gone) when (gone.Code == EtcdStatusCode.NotFound)
        {
            // An earlier question, whose answer was lost, has ended it.
            return true;
        }
        catch (Exception failure) when (failure is EtcdException or OperationCanceledException)
        {
            return false;
        }
    }

    private TimeSpan AtMostLeft(TimeSpan wanted) => Left is var left && left >= wanted ? wanted : left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private IEnumerable<EtcdEndpoint> InOrder() => Volatile.Read(ref _voters).OrderBy(v => v == Volatile.Read(ref _busy));

    /// <summary>Whether the time passed; false where it was cut short.</summary>
    private async Task<bool> WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
