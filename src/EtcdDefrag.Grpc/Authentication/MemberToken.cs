using EtcdDefrag.Connection;
using EtcdDefrag.Grpc.Messages;
using EtcdDefrag.Grpc.Wire;

namespace EtcdDefrag.Grpc.Authentication;

/// <summary>
/// The token by which one member knows the user: had at the first call, kept as long as the member takes it. Never in a message or
/// a log.
/// </summary>
internal sealed class MemberToken(GrpcChannel channel, EtcdConnectionOptions options) : IDisposable
{
    // Reading and comparing is short; who waits here waits for an Authenticate that another call has begun.
    private readonly SemaphoreSlim _one = new(1, 1);
    private bool _isAsked;
    private string? _token;

    /// <summary>The token; null where no user was given, or where authentication is off.</summary>
    public async Task<string?> GetAsync(CancellationToken cancellationToken)
    {
        if (options.Credential is null)
        {
            return null;
        }

        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isAsked)
            {
                _token = await AuthenticateAsync(options.Credential, cancellationToken).ConfigureAwait(false);
                _isAsked = true;
            }

            return _token;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Throws a token away that the member no longer takes, unless another call has renewed it already.</summary>
    public async Task ForgetAsync(string stale, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        _isAsked &= _token != stale;
        _one.Release();
    }

    public void Dispose() => _one.Dispose();

    private async Task<string?> AuthenticateAsync(EtcdCredential credential, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = credential.UserName, Password = credential.RevealPassword() };
        try
        {
            var answer = await channel.CallAsync(EtcdMethods.Authenticate, request, options.OperationTimeout, token: null, cancellationToken).ConfigureAwait(false);
            return answer.Token;
        }
        catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.FailedPrecondition })
        {
            // "authentication is not enabled": then nobody needs a token, and etcdctl goes on without one too.
            return null;
        }
    }
}
