using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Text;

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
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long giving it back may take once the caller has cancelled: somebody waits at a prompt.</summary>
    private static readonly TimeSpan ReleaseInHaste = TimeSpan.FromMilliseconds(500);

    /// <summary>After what time without an answer the next member is asked too.</summary>
    private static readonly TimeSpan AskNextAfter = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<EtcdEndpoint> _seen = [];
    private EtcdEndpoint[] _voters = [];
    private EtcdEndpoint? _busy;
    private Task _keeping = Task.CompletedTask;
    private long _lease;
    private long _renewed;

    // The turn that a run has while NOSPACE is armed, instead of the lock.
    private NoSpaceTurn.Turn? _turn;
    private volatile bool _isGone;

    /// <summary>Whether the lock was had.</summary>
    public bool IsTaken => _lease != 0 || _turn is not null;

    /// <summary>What the lease has left at least: etcd cannot have begun to count before the request that renewed it was sent.</summary>
    private TimeSpan Left => _isGone ? TimeSpan.Zero : Lifetime - time.GetElapsedTime(Volatile.Read(ref _renewed));

    /// <summary>A refusal where the lock was had and is no more. To be asked right before every call that changes something.</summary>
    public GuardRefusal? FindLoss() =>
        _lease != 0 && Left <= TimeSpan.Zero ? Refuse("The run's lock in etcd ended before the run did: it could not be kept alive.") : null;

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
    /// Takes the lock, or its turn where NOSPACE is armed. Gives a refusal where another run holds it or nobody can say; a warning where
    /// the user has no right to write the key, since then only the guards stand between two runs.
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
            if (await CreateAsync(member, lease, cancellationToken).ConfigureAwait(false) is { } holder)
            {
                return (Refuse($"Another run is under way on this cluster: {DisplayText.Value(holder.Value)}.") with { MayPass = true }, null);
            }

            // Whoever begins while NOSPACE is armed sees this key from now on, so that a turn that is not taken now will not be.
            var turn = new NoSpaceTurn(member);
            if (await turn.IsTakenAsync(cancellationToken).ConfigureAwait(false))
            {
                return (RefuseTaken(), null);
            }

            await turn.CreateAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _renewed, asked);
            _lease = lease;
            isHeld = true;
            _keeping = KeepAsync(onLost, _end.Token);
            return (null, null);
        }
        catch (EtcdException full) when (full is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.ResourceExhausted })
        {
            return await TakeTurnAsync(member, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure) when (failure is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.PermissionDenied })
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
                using var timeout = new CancellationTokenSource(AnswerTimeout, time);
                using var haste = cancellationToken.Register(() => timeout.CancelAfter(ReleaseInHaste));
                await RevokeAsync(lease, timeout.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Creates the key. A leader that is busy may leave one in place whose lease has run out: its owner counts it as lost by then, so that
    /// it is nobody's, and goes with its lease.
    /// </summary>
    private async Task<EtcdHeldKey?> CreateAsync(IEtcdMember member, long lease, CancellationToken cancellationToken)
    {
        var held = await member.CreateKeyAsync(Key, DescribeOwner(), lease, cancellationToken).ConfigureAwait(false);
        if (held is null || held.LeaseId == 0 || !await HasRunOutAsync(member, held.LeaseId, cancellationToken).ConfigureAwait(false))
        {
            return held;
        }

        await RevokeAsync(held.LeaseId, cancellationToken).ConfigureAwait(false);
        return await member.CreateKeyAsync(Key, DescribeOwner(), lease, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> HasRunOutAsync(IEtcdMember member, long lease, CancellationToken cancellationToken)
    {
        try
        {
            return await member.GetLeaseLeftAsync(lease, cancellationToken).ConfigureAwait(false) < TimeSpan.Zero;
        }
        catch (EtcdException)
        {
            // Nobody can say; then it counts as held.
            return false;
        }
    }

    /// <summary>Puts the keys by which a run can begin while NOSPACE is armed, as long as it is not.</summary>
    public async Task PrepareForNoSpaceAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        Prefer(snapshot);
        if (_voters.Length > 0 && SpaceAlarms.FindArmed(snapshot).Count == 0)
        {
            // Where it fails, a run in NOSPACE is refused and says why; that is no matter of this one's.
            await TryAsync(new NoSpaceTurn(connections.Get(_voters[0])).CreateAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Which member not to ask for a while, since it will not answer.</summary>
    public void Avoid(EtcdEndpoint? busy) => Volatile.Write(ref _busy, busy);

    /// <summary>
    /// Gives the lock back, by whichever member answers, again and again: but no longer than its lease would live, and in haste once the
    /// caller has cancelled.
    /// </summary>
    /// <returns>A warning where nobody took it back.</returns>
    public async Task<RunWarning?> ReleaseAsync(CancellationToken hurry)
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (_turn is { } turn)
        {
            return await EndTurnAsync(turn, hurry).ConfigureAwait(false);
        }

        if (!IsTaken || Left is not { Ticks: > 0 } left)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(left, time);
        using var haste = hurry.Register(() => timeout.CancelAfter(ReleaseInHaste));
        while (!await RevokeAsync(_lease, timeout.Token).ConfigureAwait(false))
        {
            if (!await WaitAsync(AskNextAfter, timeout.Token).ConfigureAwait(false))
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
        $"Wait until it has ended; the lock of a run that died ends by itself within {Units.Seconds(Lifetime)}. Where keys may not be written, -NoLock (--no-lock) goes without.");

    private static GuardRefusal RefuseTaken() => new(
        Rule,
        "Another run has begun on this cluster while NOSPACE was armed, and has not ended.",
        $"Wait until it has ended. If it died, delete its keys: etcdctl del --prefix {NoSpaceTurn.Prefix}") { MayPass = true };

    /// <summary>With NOSPACE armed etcd takes no keys. Then a run needs what an earlier one, or a monitor, has put there for it.</summary>
    private async Task<(GuardRefusal? Refusal, RunWarning? Warning)> TakeTurnAsync(IEtcdMember member, CancellationToken cancellationToken)
    {
        var turn = new NoSpaceTurn(member);
        try
        {
            if (await turn.TakeAsync(Key, cancellationToken).ConfigureAwait(false) is { } taken)
            {
                _turn = taken;
                return (null, null);
            }

            if (await turn.IsTakenAsync(cancellationToken).ConfigureAwait(false))
            {
                return (RefuseTaken(), null);
            }

            return (new GuardRefusal(
                Rule,
                await member.ReadAsync(Key, cancellationToken).ConfigureAwait(false) is { } holder
                    ? $"Another run is under way on this cluster: {DisplayText.Value(holder)}."
                    : "NOSPACE is armed, so the run's lock cannot be written, and the keys that earlier runs keep for this case are not there or used up.",
                "If the members have room now, clear the alarm first (Clear-EtcdAlarm, 'etcd-defrag alarm disarm'). "
                + "Where no other run can be under way, -NoLock (--no-lock) goes without."), null);
        }
        catch (EtcdException failure)
        {
            return (Refuse($"The run's lock could not be taken: {failure.Message.TrimEnd('.')}."), null);
        }
    }

    /// <summary>Ends the turn, again and again within a bound, and puts the keys for the next one where there is room again.</summary>
    private async Task<RunWarning?> EndTurnAsync(NoSpaceTurn.Turn turn, CancellationToken hurry)
    {
        using var timeout = new CancellationTokenSource(Lifetime, time);
        using var haste = hurry.Register(() => timeout.CancelAfter(ReleaseInHaste));
        do
        {
            foreach (var voter in InOrder())
            {
                if (await TryAsync(token => new NoSpaceTurn(connections.Get(voter)).EndAsync(turn, token), timeout.Token).ConfigureAwait(false))
                {
                    // In vain while the alarm is armed; the next run with its lock puts them then.
                    await TryAsync(new NoSpaceTurn(connections.Get(voter)).CreateAsync, timeout.Token).ConfigureAwait(false);
                    return null;
                }
            }
        }
        while (await WaitAsync(AskNextAfter, timeout.Token).ConfigureAwait(false));

        return new RunWarning(
            Rule,
            $"No member took back that this run has begun, and every later run is refused until that is deleted: etcdctl del --prefix {NoSpaceTurn.Prefix}");
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await ask(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is EtcdException or OperationCanceledException)
        {
            return false;
        }
    }

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
            using var timeout = new CancellationTokenSource(AtMostLeft(AnswerTimeout), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end, timeout.Token);
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

    private Task<bool> RevokeAtAsync(EtcdEndpoint voter, long lease, CancellationToken cancellationToken) => TryAsync(
        async token =>
        {
            try
            {
                await connections.Get(voter).RevokeLeaseAsync(lease, token).ConfigureAwait(false);
            }
            catch (EtcdException gone) when (gone.Code == EtcdStatusCode.NotFound)
            {
                // An earlier question, whose answer was lost, has ended it.
            }
        },
        cancellationToken);

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
