using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>The members that a run's lock is kept at. Any voter can answer, so that a call goes to one after the other.</summary>
internal sealed class LockVoters(MemberConnections connections, TimeProvider time)
{
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    /// <summary>After what time without an answer the next member is asked too.</summary>
    private static readonly TimeSpan AskNextAfter = TimeSpan.FromMilliseconds(200);

    private readonly HashSet<EtcdEndpoint> _seen = [];
    private EtcdEndpoint[] _voters = [];
    private EtcdEndpoint? _busy;

    /// <summary>The first member to ask; null where no voter gave a status yet.</summary>
    public IEtcdMember? First => Volatile.Read(ref _voters) is [var first, ..] ? connections.Get(first) : null;

    /// <summary>The members, the busy one last.</summary>
    public IEnumerable<IEtcdMember> InOrder =>
        Volatile.Read(ref _voters).OrderBy(v => v == Volatile.Read(ref _busy)).Select(connections.Get);

    /// <summary>Says which members to ask from now on: the voters that gave a status, the healthy ones first.</summary>
    public void Prefer(ClusterSnapshot snapshot)
    {
        var answering = snapshot.Voters.Where(v => v is { Status: not null, Address: not null }).OrderBy(v => v.ReadFailure is not null);
        if (answering.Select(v => v.Address!).ToArray() is { Length: > 0 } voters)
        {
            // A member that answered once may do so again by the time the others do not.
            _seen.UnionWith(voters);
            Volatile.Write(ref _voters, [.. voters, .. _seen.Except(voters)]);
        }
    }

    /// <summary>Says which member not to ask for a while, since it does not respond while it is being defragmented.</summary>
    public void Avoid(EtcdEndpoint? busy) => Volatile.Write(ref _busy, busy);

    /// <summary>Makes a call at one member after the other until one has answered, again and again until it is cancelled.</summary>
    public async Task<bool> RetryAsync(Func<IEtcdMember, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        do
        {
            if (await TryAllAsync(call, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }
        while (await WaitAsync(AskNextAfter, cancellationToken).ConfigureAwait(false));

        return false;
    }

    /// <summary>Makes a call at one member after the other, without waiting long for each, until one has answered.</summary>
    public async Task<bool> TryAllAsync(Func<IEtcdMember, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var open = new List<Task<bool>>();
        foreach (var voter in InOrder)
        {
            open.Add(TryAsync(token => call(voter, token), AnswerTimeout, enough.Token));
            if (!open[^1].IsCompleted)
            {
                await Task.WhenAny(open[^1], WaitAsync(AskNextAfter, enough.Token)).ConfigureAwait(false);
            }

            if (open.Exists(o => o is { IsCompletedSuccessfully: true, Result: true }))
            {
                break;
            }
        }

        var isAnswered = false;
        while (open.Count > 0 && !isAnswered)
        {
            var first = await Task.WhenAny(open).ConfigureAwait(false);
            open.Remove(first);
            isAnswered = await first.ConfigureAwait(false);
        }

        await enough.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(open).ConfigureAwait(false);
        return isAnswered;
    }

    /// <summary>Makes a call; false where it fails, takes too long or is cancelled.</summary>
    public async Task<bool> TryAsync(Func<CancellationToken, Task> call, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await call(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is EtcdException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether the time passed; false where the wait was cancelled.</summary>
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
