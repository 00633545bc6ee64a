using System.Security.Cryptography;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Recovery;

/// <summary>
/// Proves that the cluster takes writes: every voter that answers is asked to write a key, which is read and removed again. Each member
/// compares its own file with its own quota, so one of them alone would prove nothing for the others.
/// </summary>
internal sealed class WriteProof(MemberConnections connections)
{
    public const string Key = "etcd-defrag/write-check";
    private static readonly TimeSpan RemoveWithin = TimeSpan.FromSeconds(5);

    /// <summary>The first failure; null where every member that was asked took the write.</summary>
    public async Task<EtcdException?> FindFailureAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var voters = snapshot.Voters.Where(v => v is { Status: not null, Address: not null }).Select(v => connections.Get(v.Address!)).ToArray();
        foreach (var voter in voters)
        {
            if (await FindFailureAsync(voter, voters, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private static async Task<EtcdException?> FindFailureAsync(IEtcdMember member, IEtcdMember[] others, CancellationToken cancellationToken)
    {
        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        try
        {
            var change = new EtcdKeyChange { Put = new Dictionary<string, string> { [Key] = text } };
            await member.ChangeKeysAsync(change, cancellationToken).ConfigureAwait(false);
            await member.ReadAsync(Key, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (EtcdException failure)
        {
            return failure;
        }
        finally
        {
            // Also where the answer was lost, or the caller has cancelled. By whichever member takes it.
            await RemoveAsync(text, [member, .. others.Where(o => o != member)]).ConfigureAwait(false);
        }
    }

    private static async Task RemoveAsync(string text, IEnumerable<IEtcdMember> members)
    {
        using var timeout = new CancellationTokenSource(RemoveWithin);
        var change = new EtcdKeyChange { Present = new Dictionary<string, string> { [Key] = text }, Delete = [Key] };
        foreach (var member in members)
        {
            try
            {
                await member.ChangeKeysAsync(change, timeout.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception notTaken) when (notTaken is EtcdException or OperationCanceledException)
            {
                // The next one. What is left is overwritten and removed by the next recovery.
            }
        }
    }
}
