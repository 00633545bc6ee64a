using Grpc.Core;

namespace EtcdDefrag.Sandbox.Clients;

/// <summary>
/// Who the clients of a cluster are: nobody until they sign in. They share a token, which etcd takes at every member, for as long as
/// it does.
/// </summary>
internal sealed class SandboxLogin
{
    private volatile Account? _account;
    private volatile string? _token;

    /// <summary>Gets a token from another member than the one that is to take it.</summary>
    public Func<string, string, CancellationToken, Task<string>>? Elsewhere { get; set; }

    public void SignInAs(string user, string password) => _account = new Account(user, password);

    /// <summary>
    /// Whether a member refused a request because of its token alone, so that nothing was done: it does not know it, or it is older
    /// than the last change of users or roles.
    /// </summary>
    public static bool IsTokenRefusal(EtcdSandboxClientException refusal) =>
        refusal.Code == StatusCode.Unauthenticated
        || refusal.Detail.Contains("invalid auth token", StringComparison.Ordinal)
        || refusal.Detail.Contains("revision of auth store is old", StringComparison.Ordinal);

    /// <summary>The token for a request, a new one where it would be the refused one; null where nobody is signed in.</summary>
    public async Task<string?> GetTokenAsync(EtcdSandboxClient member, string? refused, CancellationToken cancellationToken)
    {
        if (_account is not { } account)
        {
            return null;
        }

        // Of several that renew it at once the last one's stays; the others' are as good.
        var token = _token;
        return token is null || token == refused ? _token = await AuthenticateAsync(member, account, cancellationToken) : token;
    }

    private async Task<string> AuthenticateAsync(EtcdSandboxClient member, Account account, CancellationToken cancellationToken)
    {
        try
        {
            return await member.AuthenticateAsync(account.User, account.Password, cancellationToken);
        }
        catch (EtcdSandboxClientException refusal)
            when (Elsewhere is not null && refusal.Detail.Contains("not supported for learner", StringComparison.Ordinal))
        {
            return await Elsewhere(account.User, account.Password, cancellationToken);
        }
    }

    private sealed record Account(string User, string Password);
}
