using System.Runtime.CompilerServices;
using EtcdDefrag.Client.Calls;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;
using Etcdserverpb;
using Grpc.Core;

namespace EtcdDefrag.Client.Authentication;

/// <summary>
/// Calls made as the user, with a token that the member issues at the first of them and that appears in no message and no log. Simple
/// tokens live 5 minutes and a defragmentation can last longer, so a call that is refused for its token is made once more with a new one:
/// it was refused before anything was done.
/// </summary>
internal sealed class AuthenticatedCalls(MemberHttp http, ClusterTokens tokens, TimeProvider time, Action<EtcdCall>? onCall) : IDisposable
{
    /// <summary>
    /// etcd's messages about a token that is no longer valid: those of its API (codes 16 and 3), and those of its user store, which
    /// etcd 3.4 and 3.5 pass on unchanged, with code 2, when they refuse Defragment or Snapshot.
    /// </summary>
    private static readonly string[] StaleTexts =
        ["invalid auth token", "revision of auth store is old", "auth: revision in header is old"];

    private readonly MemberChannel _channel = new(http, time, onCall);

    // A call that waits here waits for an Authenticate that another call to this member has begun.
    private readonly SemaphoreSlim _authenticating = new(1, 1);
    private bool _isDisabled;

    // Why the member issued no token when last asked.
    private volatile EtcdException? _refusal;

    public CallInvoker Invoker => _channel.Invoker;

    public Task<TAnswer> CallAsync<TAnswer>(
        EtcdMethod method, Func<CallOptions, Task<TAnswer>> startAsync, TimeSpan deadline, CancellationToken cancellationToken,
        Action? onSending = null) => WithTokenAsync(
            method,
            token => _channel.CallAsync(method, startAsync, deadline, token, cancellationToken, onSending),
            cancellationToken);

    /// <summary>A stream is refused for its token before its first message, so that none is returned twice.</summary>
    public async IAsyncEnumerable<TAnswer> StreamAsync<TAnswer>(
        EtcdMethod method, Func<CallOptions, AsyncServerStreamingCall<TAnswer>> start, TimeSpan timeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await WithTokenAsync(
            method,
            token => OpenAsync(_channel.StreamAsync(method, start, timeout, token, cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            yield break;
        }

        await using var scope = stream.ConfigureAwait(false);
        do
        {
            yield return stream.Current;
        }
        while (await stream.MoveNextAsync().ConfigureAwait(false));
    }

    public void Dispose()
    {
        _authenticating.Dispose();
        _channel.Dispose();
    }

    /// <summary>Reads until the first message; null if there is none. An iterator that ends or fails disposes of itself.</summary>
    private static async Task<IAsyncEnumerator<T>?> OpenAsync<T>(IAsyncEnumerable<T> answers)
    {
        var stream = answers.GetAsyncEnumerator(CancellationToken.None);
        return await stream.MoveNextAsync().ConfigureAwait(false) ? stream : null;
    }

    private async Task<T> WithTokenAsync<T>(EtcdMethod method, Func<string?, Task<T>> callAsync, CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(stale: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await CallAsync(method, callAsync, token).ConfigureAwait(false);
        }
        catch (EtcdException refused) when (token is not null && IsStale(refused))
        {
            token = await GetTokenAsync(token, cancellationToken).ConfigureAwait(false);
            return await CallAsync(method, callAsync, token).ConfigureAwait(false);
        }
    }

    /// <summary>Without a token a learner still returns its status; but nothing is changed anonymously if a user was given.</summary>
    private async Task<T> CallAsync<T>(EtcdMethod method, Func<string?, Task<T>> callAsync, string? token)
    {
        var refusal = token is null ? _refusal : null;
        if (refusal is not null && method.ChangesState)
        {
            throw refusal;
        }

        try
        {
            return await callAsync(token).ConfigureAwait(false);
        }
        catch (EtcdException anonymous) when (refusal is not null && IsRefusal(anonymous, "user name is empty"))
        {
            // A user was given: the cause is that no token was issued.
            throw refusal;
        }
    }

    /// <summary>Whether the token has expired, or users or roles were changed since it was issued.</summary>
    private static bool IsStale(EtcdException failure) =>
        failure is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.Unauthenticated }
        || Array.Exists(StaleTexts, text => IsRefusal(failure, text));

    private static bool IsRefusal(EtcdException failure, string text) =>
        failure.Failure == EtcdFailure.Refused && failure.Detail.Contains(text, StringComparison.Ordinal);

    /// <summary>Gets the token, and a new one instead of a stale one; null without a user or if none is issued.</summary>
    private async Task<string?> GetTokenAsync(string? stale, CancellationToken cancellationToken)
    {
        if (http.Options.Credential is not { } credential)
        {
            return null;
        }

        await _authenticating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (stale is not null)
            {
                tokens.Forget(http.Endpoint, stale);
            }

            return _isDisabled
                ? null
                : tokens.Find(http.Endpoint) ?? await IssueTokenAsync(credential, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _authenticating.Release();
        }
    }

    private async Task<string?> IssueTokenAsync(EtcdCredential credential, CancellationToken cancellationToken)
    {
        try
        {
            var token = await tokens.KeepAsync(http.Endpoint, AuthenticateAsync(credential, cancellationToken)).ConfigureAwait(false);
            _refusal = null;
            return token;
        }
        catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.Unavailable }
            || IsRefusal(refused, "not supported for learner"))
        {
            // A learner accepts tokens and issues none: Unavailable up to etcd 3.5, FailedPrecondition from 3.6. Unavailable may also be a
            // member without a leader.
            _refusal = refused;
            return await tokens.BorrowAsync(http.Endpoint, http.Options.ConnectionTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.FailedPrecondition })
        {
            // "authentication is not enabled": etcdctl goes on without a token too.
            _isDisabled = true;
            return null;
        }
    }

    private async Task<string> AuthenticateAsync(EtcdCredential credential, CancellationToken cancellationToken)
    {
        var method = new EtcdMethod("Auth/Authenticate", ChangesState: false);
        var request = new AuthenticateRequest { Name = credential.UserName, Password = credential.RevealPassword() };
        var answer = await _channel.CallAsync(
            method,
            options => new Auth.AuthClient(Invoker).AuthenticateAsync(request, options).ResponseAsync,
            http.Options.OperationTimeout,
            token: null,
            cancellationToken).ConfigureAwait(false);
        return answer.Token;
    }
}
