namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>
/// Who the gateway clients of a cluster are: nobody until they sign in. They share a token, which etcd takes at every member, for
/// as long as it does.
/// </summary>
internal sealed class GatewayLogin
{
    // gRPC's status codes: what a learner says to a login, what etcd says to a token it does not know, and to one that is older
    // than the last change of users or roles (the message tells that from other invalid arguments).
    private const int Unavailable = 14;
    private const int Unauthenticated = 16;
    private const int InvalidArgument = 3;

    private volatile Account? _account;

    /// <summary>Gets a token from another member than the one that is to take it.</summary>
    public Func<string, string, CancellationToken, Task<string>>? Elsewhere { get; set; }

    /// <summary>Who is signed in from now on.</summary>
    public void SignInAs(string user, string password) => _account = new Account(user, password);

    /// <summary>Whether a member refused a request because of its token alone, so that nothing was done.</summary>
    public static bool IsTokenRefusal(EtcdGatewayException refusal) =>
        refusal.Code == Unauthenticated
        || (refusal.Code == InvalidArgument && refusal.Detail.Contains("revision of auth store is old", StringComparison.Ordinal));

    /// <summary>The token for a request; null where nobody is signed in.</summary>
    /// <param name="member">Whom it is for.</param>
    /// <param name="refused">The token that is of no use any more; null for none.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<string?> GetTokenAsync(GatewayChannel member, string? refused, CancellationToken cancellationToken)
    {
        if (_account is not { } account)
        {
            return null;
        }

        // Of several that renew it at once the last one's stays; the others' are as good.
        if (account.Token is null || account.Token == refused)
        {
            account.Token = await AuthenticateAsync(member, account, cancellationToken).ConfigureAwait(false);
        }

        return account.Token;
    }

    private async Task<string> AuthenticateAsync(GatewayChannel member, Account account, CancellationToken cancellationToken)
    {
        try
        {
            return await member.AuthenticateAsync(account.User, account.Password, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdGatewayException exception) when (exception.Code == Unavailable && Elsewhere is not null)
        {
            return await Elsewhere(account.User, account.Password, cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed class Account(string user, string password)
    {
        private volatile string? _token;

        public string User => user;

        public string Password => password;

        public string? Token
        {
            get => _token;
            set => _token = value;
        }
    }
}
