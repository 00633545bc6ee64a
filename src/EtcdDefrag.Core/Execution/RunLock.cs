using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>
/// Keeps two runs on one cluster apart, across machines: a key in etcd itself, created in one transaction, that lives as long as its owner
/// keeps its lease alive. While NOSPACE is armed, <see cref="NoSpaceTurn"/> takes its place.
/// </summary>
internal sealed class RunLock(MemberConnections connections, TimeProvider time) : IDisposable
{
    public const string Rule = "RunLock";

    /// <summary>How long a run counts the lock as its own without an answer that says so.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private const string Key = "etcd-defrag/run";
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a release may take once the caller has cancelled: a user waits at a prompt.</summary>
    private static readonly TimeSpan HurriedRelease = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _end = new();
    private Task _keeping = Task.CompletedTask;
    private long _lease;
    private long _renewed;
    private volatile bool _isGone;
    private NoSpaceTurn.Turn? _turn;

    public LockVoters Voters { get; } = new(connections, time);

    public bool IsTaken => _lease != 0 || _turn is not null;

    /// <summary>
    /// How long the lease lives at least: etcd cannot have begun to count before the request that renewed it was sent. A turn has no lease;
    /// it lives until a member says that it has ended.
    /// </summary>
    private TimeSpan Left => _isGone ? TimeSpan.Zero
        : _turn is not null ? Lifetime
        : Lifetime - time.GetElapsedTime(Volatile.Read(ref _renewed));

    /// <summary>A refusal where the lock was taken and is lost. To be asked right before every call that changes something.</summary>
    public GuardRefusal? FindLoss() => IsTaken && Left <= TimeSpan.Zero
        ? Refuse(_turn is null
            ? "The run's lock in etcd ended before the run did: it could not be kept alive."
            : "The run's turn in etcd ended before the run did: a recovery took this run for dead.")
        : null;

    /// <summary>
    /// Takes the lock, or a turn where NOSPACE is armed; gives a refusal where another run holds it or that is not known. A user who may
    /// not write the key is warned: then only the guards keep two runs apart. Later a warning comes as soon as the lock is lost.
    /// </summary>
    public async Task<GuardRefusal?> TakeAsync(ClusterSnapshot snapshot, Func<RunWarning, Task> warn, CancellationToken cancellationToken)
    {
        Voters.Prefer(snapshot);
        if (Voters.First is not { } member)
        {
            return Refuse("The run's lock could not be taken: no voting member gave a status.");
        }

        try
        {
            return await TakeKeyAsync(member, warn, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException full) when (full is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.ResourceExhausted })
        {
            return await TakeTurnAsync(member, warn, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure) when (failure is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.PermissionDenied })
        {
            var text = $"This run goes without its lock, and a second one would not be kept out by it: {failure.Detail}.";
            await warn(new RunWarning(Rule, text)).ConfigureAwait(false);
            return null;
        }
        catch (EtcdException failure)
        {
            return Refuse(failure);
        }
    }

    /// <summary>Puts the keys by which a run can begin while NOSPACE is armed, as long as it is not.</summary>
    public async Task PrepareForNoSpaceAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        Voters.Prefer(snapshot);
        if (DisarmPlan.FindArmed(snapshot).Count == 0)
        {
            // Where it fails, a run in NOSPACE is refused and says why; it does not matter to this one.
            await PutTurnsAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Gives the lock back, by whichever member answers, again and again: but no longer than its lease would live, and in a hurry once the
    /// caller has cancelled. Gives a warning where no member took it back.
    /// </summary>
    public async Task<RunWarning?> ReleaseAsync(CancellationToken hurry)
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        var limit = Left;
        if (!IsTaken || limit <= TimeSpan.Zero)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(limit, time);
        using var hurried = hurry.Register(() => timeout.CancelAfter(HurriedRelease));
        var isReleased = await Voters.RetryAsync(
            (voter, token) => _turn is { } turn ? new NoSpaceTurn(voter).EndAsync(turn, token) : RevokeAsync(voter, _lease, token),
            timeout.Token).ConfigureAwait(false);
        if (isReleased && _turn is not null)
        {
            // Refused while the alarm is armed; the next run with its lock puts the keys then.
            await PutTurnsAsync(timeout.Token).ConfigureAwait(false);
        }

        return isReleased ? null : WarnOfRelease();
    }

    public void Dispose() => _end.Dispose();

    private async Task<GuardRefusal?> TakeKeyAsync(IEtcdMember member, Func<RunWarning, Task> warn, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var lease = await member.GrantLeaseAsync(Lifetime, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await CreateKeyAsync(member, lease, cancellationToken).ConfigureAwait(false) is { } held)
            {
                return RefuseHeld(held.Value) with { MayPass = true };
            }

            // A run that begins while NOSPACE is armed sees this key from now on, so that a turn that is not taken now will not be.
            if (!await new NoSpaceTurn(member).TryCreateAsync(cancellationToken).ConfigureAwait(false))
            {
                return RefuseTurn();
            }

            Volatile.Write(ref _renewed, asked);
            _lease = lease;
            _keeping = KeepAliveAsync(warn, _end.Token);
            return null;
        }
        finally
        {
            // The key may have been created even so, where only the answer was lost.
            if (_lease == 0)
            {
                using var timeout = new CancellationTokenSource(LockVoters.AnswerTimeout, time);
                using var hurried = cancellationToken.Register(() => timeout.CancelAfter(HurriedRelease));
                await Voters.TryAllAsync((voter, token) => RevokeAsync(voter, lease, token), timeout.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Creates the key. A leader that is busy may leave one in place whose lease has expired: its owner counts it as lost by then, so it
    /// belongs to no run, and is deleted with its lease.
    /// </summary>
    private async Task<EtcdHeldKey?> CreateKeyAsync(IEtcdMember member, long lease, CancellationToken cancellationToken)
    {
        var owner = $"process {Environment.ProcessId} on {Environment.MachineName}, since {Units.Time(time.GetUtcNow())}";
        var held = await member.CreateKeyAsync(Key, owner, lease, cancellationToken).ConfigureAwait(false);
        var isExpired = false;
        if (held is { LeaseId: not 0 })
        {
            await Voters.TryAsync(
                async token => isExpired = await member.GetLeaseLeftAsync(held.LeaseId, token).ConfigureAwait(false) < TimeSpan.Zero,
                LockVoters.AnswerTimeout,
                cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (!isExpired)
        {
            return held;
        }

        await RevokeAsync(member, held!.LeaseId, cancellationToken).ConfigureAwait(false);
        return await member.CreateKeyAsync(Key, owner, lease, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RevokeAsync(IEtcdMember member, long lease, CancellationToken cancellationToken)
    {
        try
        {
            await member.RevokeLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException gone) when (gone.Code == EtcdStatusCode.NotFound)
        {
            // An earlier request, whose answer was lost, has ended it.
        }
    }

    /// <summary>While NOSPACE is armed etcd takes no keys. Then a run needs those that an earlier one, or a monitor, has put.</summary>
    private async Task<GuardRefusal?> TakeTurnAsync(IEtcdMember member, Func<RunWarning, Task> warn, CancellationToken cancellationToken)
    {
        try
        {
            var turn = new NoSpaceTurn(member);
            if (await turn.TakeAsync(Key, cancellationToken).ConfigureAwait(false) is { } taken)
            {
                _turn = taken;
                _keeping = KeepAliveAsync(warn, _end.Token);
                return null;
            }

            return await turn.IsTakenAsync(cancellationToken).ConfigureAwait(false)
                ? RefuseTurn()
                : RefuseNoSpace(await member.ReadAsync(Key, cancellationToken).ConfigureAwait(false));
        }
        catch (EtcdException failure)
        {
            return Refuse(failure);
        }
    }

    private Task<bool> PutTurnsAsync(CancellationToken cancellationToken) => Voters.First is { } member
        ? Voters.TryAsync(new NoSpaceTurn(member).TryCreateAsync, LockVoters.AnswerTimeout, cancellationToken)
        : Task.FromResult(false);

    private async Task KeepAliveAsync(Func<RunWarning, Task> warn, CancellationToken end)
    {
        try
        {
            var interval = KeepAliveInterval;
            while (FindLoss() is null)
            {
                await Task.Delay(AtMostLeft(interval), time, end).ConfigureAwait(false);
                interval = Left <= TimeSpan.Zero || await RenewAsync(end).ConfigureAwait(false) ? KeepAliveInterval : RetryInterval;
            }

            await warn(new RunWarning(Rule, FindLoss()!.Reason)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Asks one voter after the other until one has renewed the lease, or says of a turn that it goes on, or that it is gone.</summary>
    private async Task<bool> RenewAsync(CancellationToken end)
    {
        foreach (var voter in Voters.InOrder)
        {
            var asked = time.GetTimestamp();
            var isAnswered = await Voters.TryAsync(
                async token => _isGone = _turn is { } turn
                    ? !await new NoSpaceTurn(voter).GoesOnAsync(turn, token).ConfigureAwait(false)
                    : await voter.KeepLeaseAliveAsync(_lease, token).ConfigureAwait(false) == TimeSpan.Zero,
                AtMostLeft(LockVoters.AnswerTimeout),
                end).ConfigureAwait(false);
            if (isAnswered)
            {
                Volatile.Write(ref _renewed, asked);
                return true;
            }

            end.ThrowIfCancellationRequested();
        }

        return false;
    }

    private TimeSpan AtMostLeft(TimeSpan wanted) => TimeSpan.FromTicks(Math.Clamp(Left.Ticks, 0, wanted.Ticks));

    private RunWarning? WarnOfRelease() => this switch
    {
        { _turn: not null } => new RunWarning(
            Rule,
            "No member took back that this run has begun, and every later run is refused until that is deleted: "
            + $"etcdctl del --prefix {NoSpaceTurn.Prefix}"),
        { Left: { Ticks: > 0 } left } => new RunWarning(
            Rule,
            $"No member took the run's lock back. It ends by itself within {(int)Math.Ceiling(left.TotalSeconds)} s; "
            + "until then no other run can begin."),
        _ => null,
    };

    private static GuardRefusal Refuse(string reason) => new GuardRefusal(
        Rule,
        reason,
        $"Wait until it has ended; the lock of a run that died ends by itself within {Units.Seconds(Lifetime)}. "
        + "If this user may not write keys, use -NoLock (--no-lock) to run without the lock.");

    private static GuardRefusal Refuse(EtcdException failure) =>
        Refuse($"The run's lock could not be taken: {failure.Message.TrimEnd('.')}.");

    private static GuardRefusal RefuseHeld(string owner) =>
        Refuse($"Another run is under way on this cluster: {DisplayText.Value(owner)}.");

    private static GuardRefusal RefuseTurn() => new GuardRefusal(
        Rule,
        "Another run has begun on this cluster while NOSPACE was armed, and has not ended.",
        $"Wait until it has ended. If it died, delete its keys: etcdctl del --prefix {NoSpaceTurn.Prefix}")
    {
        MayPass = true,
    };

    private static GuardRefusal RefuseNoSpace(string? owner)
    {
        const string NoKeys =
            "NOSPACE is armed, so the run's lock cannot be written, and the keys that earlier runs put for this are missing or used up.";
        var refusal = owner is null ? Refuse(NoKeys) : RefuseHeld(owner);
        return refusal with
        {
            Remedy = "If the members have room now, clear the alarm first: Clear-EtcdAlarm (etcd-defrag alarm disarm). "
                + "Where no other run can be under way, use -NoLock (--no-lock) to run without the lock.",
        };
    }
}
