using System.Security.Cryptography;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Keeps two runs apart while NOSPACE is armed and no key can be put: etcd still takes a transaction that only deletes. Two keys are
/// kept for this in advance. A run deletes the first to begin, which only one can, and the second to end:
/// <code>
/// first  second
/// there  there    free
/// gone   there    a run has its turn
/// gone   gone     free again, but without a turn until both are put anew, which takes room
/// </code>
/// Both hold one random text that is new each time, so that a late deletion never hits the pair that came after. A run that dies in its
/// turn leaves it taken: there is no lease in NOSPACE that would end.
/// </summary>
internal sealed class NoSpaceTurn(IEtcdMember member)
{
    /// <summary>What both keys begin with.</summary>
    public const string Prefix = "etcd-defrag/nospace/";

    private const string First = Prefix + "1";
    private const string Second = Prefix + "2";

    /// <summary>Puts both keys where neither is there. Only whoever holds the lock, or nobody at all, may have a turn meanwhile.</summary>
    public Task CreateAsync(CancellationToken cancellationToken)
    {
        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        return member.ChangeKeysAsync(
            new EtcdKeyChange { Absent = [First, Second], Put = new Dictionary<string, string> { [First] = text, [Second] = text } }, cancellationToken);
    }

    /// <summary>Whether some run has its turn.</summary>
    public async Task<bool> IsTakenAsync(CancellationToken cancellationToken) =>
        await member.ReadAsync(First, cancellationToken).ConfigureAwait(false) is null
        && await member.ReadAsync(Second, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Takes the turn, where the keys are there and no run holds the lock.</summary>
    /// <returns>The text of the pair; null where it was not to be had.</returns>
    public async Task<string?> TakeAsync(string lockKey, CancellationToken cancellationToken)
    {
        if (await member.ReadAsync(First, cancellationToken).ConfigureAwait(false) is not { } text)
        {
            return null;
        }

        var isTaken = await member.ChangeKeysAsync(
            new EtcdKeyChange { Present = new Dictionary<string, string> { [First] = text, [Second] = text }, Absent = [lockKey], Delete = [First] },
            cancellationToken).ConfigureAwait(false);
        return isTaken ? text : null;
    }

    /// <summary>Ends the turn; nothing happens where it has ended already.</summary>
    public Task EndAsync(string text, CancellationToken cancellationToken) => member.ChangeKeysAsync(
        new EtcdKeyChange { Present = new Dictionary<string, string> { [Second] = text }, Absent = [First], Delete = [Second] }, cancellationToken);
}
