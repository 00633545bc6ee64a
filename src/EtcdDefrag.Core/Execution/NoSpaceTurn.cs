using System.Globalization;
using System.Security.Cryptography;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Keeps two runs apart while NOSPACE is armed and no key can be put: etcd still takes a transaction that only deletes. A row of keys is
/// kept for this in advance, and deleted one by one, each only where the one before it is gone: a run deletes one to begin, which only
/// one run can, and the next one to end. So the first key that is there tells who may go:
/// <code>
/// 01, 03, 05 ...  free
/// 02, 04, 06 ...  a run has its turn
/// none            free, but there is no turn until the keys are put anew, which takes room
/// </code>
/// All hold one random text that is new each time, so that a late deletion never hits the row that came after. A run that dies in its
/// turn leaves it taken: there is no lease in NOSPACE that would end.
/// </summary>
internal sealed class NoSpaceTurn(IEtcdMember member)
{
    /// <summary>What all keys begin with.</summary>
    public const string Prefix = "etcd-defrag/nospace/";

    /// <summary>How many runs may follow each other while the alarm stays armed. One transaction holds at most 128 keys.</summary>
    public const int Turns = 16;

    private static readonly string[] Keys =
        [.. Enumerable.Range(1, 2 * Turns).Select(n => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{n:00}"))];

    /// <summary>Puts all keys where some are used up and no run has its turn.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var (first, old) = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (first == 0 || IsTurn(first))
        {
            return;
        }

        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await member.ChangeKeysAsync(
            new EtcdKeyChange
            {
                Absent = Keys[..first],
                Present = Keys[first..].Take(1).ToDictionary(k => k, _ => old),
                Put = Keys.ToDictionary(k => k, _ => text),
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether some run has its turn.</summary>
    public async Task<bool> IsTakenAsync(CancellationToken cancellationToken) => IsTurn((await FindAsync(cancellationToken).ConfigureAwait(false)).First);

    /// <summary>Takes the turn, where there is one and no run holds the lock.</summary>
    /// <returns>The turn; null where it was not to be had.</returns>
    public async Task<Turn?> TakeAsync(string lockKey, CancellationToken cancellationToken)
    {
        var (first, text) = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (first == Keys.Length || IsTurn(first))
        {
            return null;
        }

        var turn = new Turn(Keys[first], Keys[first + 1], text);
        var isTaken = await member.ChangeKeysAsync(
            new EtcdKeyChange
            {
                Present = new Dictionary<string, string> { [turn.Begin] = text, [turn.End] = text },
                Absent = [lockKey, .. Keys[..first].TakeLast(1)],
                Delete = [turn.Begin],
            },
            cancellationToken).ConfigureAwait(false);
        return isTaken ? turn : null;
    }

    /// <summary>Ends the turn; nothing happens where it has ended already.</summary>
    public Task EndAsync(Turn turn, CancellationToken cancellationToken) => member.ChangeKeysAsync(
        new EtcdKeyChange { Present = new Dictionary<string, string> { [turn.End] = turn.Text }, Absent = [turn.Begin], Delete = [turn.End] }, cancellationToken);

    private static bool IsTurn(int first) => first % 2 == 1;

    /// <summary>The first key that is there, and its text.</summary>
    private async Task<(int First, string Text)> FindAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Keys.Length; i++)
        {
            if (await member.ReadAsync(Keys[i], cancellationToken).ConfigureAwait(false) is { } text)
            {
                return (i, text);
            }
        }

        return (Keys.Length, "");
    }

    /// <summary>A turn that a run has.</summary>
    /// <param name="Begin">The key that was deleted to begin.</param>
    /// <param name="End">The key that is deleted to end.</param>
    /// <param name="Text">The text of the row.</param>
    internal sealed record Turn(string Begin, string End, string Text);
}
