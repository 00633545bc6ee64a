using EtcdDefrag.Client.Calls;
using EtcdDefrag.Connection;
using Etcdserverpb;

namespace EtcdDefrag.Client.Authentication;

/// <summary>
/// The token by which one member knows the user: had from this member at the first call, kept as long as it takes it. Never in a
/// message or a log.
/// </summary>
internal sealed class MemberToken(EtcdEndpoint endpoint, MemberChannel channel, ClusterToken tokens, EtcdConnectionOptions options, TimeProvider time)
    : IDisposable
{
    // Who waits here waits for an Authenticate that another call to this member has begun.
    private readonly SemaphoreSlim _one = new(1, 1);
    private bool _isNotWanted;
    private volatile EtcdException? _refusal;

    /// <summary>Why the member gave no token when it was last asked for one; null where it gave one, or none is wanted.</summary>
    public EtcdException? Refusal => _refusal;

    /// <summary>The token; null where no user was given, where authentication is off, or where none can be had (<see cref="Refusal"/>).</summary>
    /// <param name="stale">A token that the member no longer takes; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> GetAsync(string? stale, CancellationToken cancellationToken)
    {
        if (options.Credential is null)
        {
            return null;
        }

        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (stale is not null)
            {
                tokens.Forget(endpoint, stale);
            }

            return _isNotWanted ? null : tokens.Of(endpoint) ?? await AuthenticateAsync(options.Credential, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<string?> AuthenticateAsync(EtcdCredential credential, CancellationToken cancellationToken)
    {
        try
        {
            var token = await tokens.KeepAsync(endpoint, AskAsync(credential, cancellationToken)).ConfigureAwait(false);
            _refusal = null;
            return token;
        }
        catch (EtcdException refused) when (refused.Failure == EtcdFailure.Refused && MayBorrow(refused))
        {
            // What it answers without a token, it answers.
            _refusal = refused;
            return await tokens.BorrowAsync(endpoint, options.ConnectionTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.FailedPrecondition })
        {
            // "authentication is not enabled": then nobody needs a token, and etcdctl goes on without one too.
            _isNotWanted = true;
            return null;
        }
    }

    private async Task<string> AskAsync(EtcdCredential credential, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = credential.UserName, Password = credential.RevealPassword() };
        return (await channel.CallAsync(EtcdMethods.Authenticate, request, options.OperationTimeout, token: null, cancellationToken).ConfigureAwait(false)).Token;
    }

    /// <summary>
    /// A learner takes tokens and gives none: "rpc not supported for learner", Unavailable up to etcd 3.5, FailedPrecondition from 3.6.
    /// Unavailable may also be a member without a leader.
    /// </summary>
    private static bool MayBorrow(EtcdException refused) =>
        refused.Code == EtcdStatusCode.Unavailable || refused.Detail.Contains("not supported for learner", StringComparison.Ordinal);
}
