using System.Globalization;
using System.Security.Cryptography;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Keeps two runs apart while NOSPACE is armed and no key can be put: etcd still takes a transaction that only deletes. A row of keys is
/// put for this in advance, and deleted one by one, each only where the one before it is gone: a run deletes one to begin, which only one
/// run can, and the next one to end. So the first key that exists tells whether a run may begin:
/// <code>
/// 01, 03, 05 ...  free
/// 02, 04, 06 ...  a run has its turn
/// none            free, but there is no turn until the keys are put again, which takes room
/// </code>
/// All hold one random text that is new each time, so that a late deletion never hits a row that was put later. A run that dies in its
/// turn leaves it taken: in NOSPACE there can be no lease that would end.
/// </summary>
internal sealed class NoSpaceTurn(IEtcdMember member)
{
    public const string Prefix = "etcd-defrag/nospace/";

    /// <summary>How many runs can follow each other while the alarm stays armed. One transaction holds at most 128 keys.</summary>
    private const int Turns = 16;

    private static readonly string[] Keys =
        [.. Enumerable.Range(1, 2 * Turns).Select(n => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{n:00}"))];

    /// <summary>Puts all keys where some are used up. False where a run has its turn; then nothing is put.</summary>
    public async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        var first = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (first.Index == 0 || first.IsTaken)
        {
            return !first.IsTaken;
        }

        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var change = new EtcdKeyChange
        {
            Absent = Keys[..first.Index],
            Present = Keys[first.Index..].Take(1).ToDictionary(k => k, _ => first.Text),
            Put = Keys.ToDictionary(k => k, _ => text),
        };
        await member.ChangeKeysAsync(change, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether a run has its turn.</summary>
    public async Task<bool> IsTakenAsync(CancellationToken cancellationToken) =>
        (await FindAsync(cancellationToken).ConfigureAwait(false)).IsTaken;

    /// <summary>Takes the turn, where there is one and no run holds the lock; null where it cannot be taken.</summary>
    public async Task<Turn?> TakeAsync(string lockKey, CancellationToken cancellationToken)
    {
        var first = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (first.IsUsedUp || first.IsTaken)
        {
            return null;
        }

        var turn = new Turn(Keys[first.Index], Keys[first.Index + 1], first.Text);
        var change = new EtcdKeyChange
        {
            Present = new Dictionary<string, string> { [turn.Begin] = turn.Text, [turn.End] = turn.Text },
            Absent = [lockKey, .. Keys[..first.Index].TakeLast(1)],
            Delete = [turn.Begin],
        };
        return await member.ChangeKeysAsync(change, cancellationToken).ConfigureAwait(false) ? turn : null;
    }

    /// <summary>Whether a turn that was taken has not ended.</summary>
    public async Task<bool> GoesOnAsync(Turn turn, CancellationToken cancellationToken) =>
        await member.ReadAsync(turn.End, cancellationToken).ConfigureAwait(false) == turn.Text;

    /// <summary>Ends the turn; nothing happens where it has ended already.</summary>
    public Task EndAsync(Turn turn, CancellationToken cancellationToken) => member.ChangeKeysAsync(
        new EtcdKeyChange
        {
            Present = new Dictionary<string, string> { [turn.End] = turn.Text },
            Absent = [turn.Begin],
            Delete = [turn.End],
        },
        cancellationToken);

    /// <summary>Which keys are left, and so whether a run has its turn.</summary>
    public async Task<State> FindAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Keys.Length; i++)
        {
            if (await member.ReadAsync(Keys[i], cancellationToken).ConfigureAwait(false) is { } text)
            {
                return new State(i, text);
            }
        }

        return new State(Keys.Length, "");
    }

    /// <summary>A turn that a run has: the key that was deleted to begin, the one that is deleted to end, and their text.</summary>
    internal sealed record Turn(string Begin, string End, string Text);

    /// <summary>The first key that exists, and so the state of all.</summary>
    internal sealed record State(int Index, string Text)
    {
        /// <summary>Whether a run has its turn.</summary>
        public bool IsTaken => Index % 2 == 1;

        /// <summary>Whether no key is left.</summary>
        public bool IsUsedUp => Index == Keys.Length;

        /// <summary>The turn that is taken.</summary>
        public Turn ToTurn() => new(Keys[Index - 1], Keys[Index], Text);
    }
}
