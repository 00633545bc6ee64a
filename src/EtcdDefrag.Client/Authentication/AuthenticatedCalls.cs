using System.Runtime.CompilerServices;
using EtcdDefrag.Client.Calls;
using EtcdDefrag.Connection;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdDefrag.Client.Authentication;

/// <summary>
/// Calls made as the user. Simple tokens live 5 minutes and a defragmentation can last longer, so that a call refused for its token
/// is made once more with a new one: it was refused before anything was done.
/// </summary>
internal sealed class AuthenticatedCalls(
    EtcdEndpoint endpoint, MemberChannel channel, ClusterToken tokens, EtcdConnectionOptions options, TimeProvider time) : IDisposable
{
    /// <summary>
    /// etcd's words for a token that is no longer good: those of its API (codes 16 and 3), and those of its user store, which etcd 3.4
    /// and 3.5 hand on as they are, with code 2, where they refuse Defragment or Snapshot.
    /// </summary>
    private static readonly string[] StaleTexts =
        ["invalid auth token", "revision of auth store is old", "auth: revision in header is old"];

    private readonly MemberToken _token = new(endpoint, channel, tokens, options, time);

    public Task<TAnswer> CallAsync<TRequest, TAnswer>(
        EtcdMethod<TRequest, Task<TAnswer>> method, TRequest request, TimeSpan deadline, CancellationToken cancellationToken, Action? onSending = null)
        where TRequest : IMessage => WithTokenAsync(
            method.ChangesState, token => channel.CallAsync(method, request, deadline, token, cancellationToken, onSending), cancellationToken);

    /// <summary>A stream is refused for its token before its first message, so that none is handed out twice.</summary>
    public async IAsyncEnumerable<TAnswer> StreamAsync<TRequest, TAnswer>(
        EtcdMethod<TRequest, AsyncServerStreamingCall<TAnswer>> method, TRequest request, TimeSpan timeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var (stream, hasCurrent) = await WithTokenAsync(
            method.ChangesState,
            token => OpenAsync(channel.StreamAsync(method, request, timeout, token, cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        await using var scope = stream.ConfigureAwait(false);
        while (hasCurrent)
        {
            yield return stream.Current;
            hasCurrent = await stream.MoveNextAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _token.Dispose();

    private static async Task<(IAsyncEnumerator<T> Stream, bool HasCurrent)> OpenAsync<T>(IAsyncEnumerable<T> answers)
    {
        var stream = answers.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            return (stream, await stream.MoveNextAsync().ConfigureAwait(false));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<T> WithTokenAsync<T>(bool changesState, Func<string?, Task<T>> callAsync, CancellationToken cancellationToken)
    {
        var token = await _token.GetAsync(stale: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await CallAsync(changesState, callAsync, token).ConfigureAwait(false);
        }
        catch (EtcdException refused) when (token is not null && IsStale(refused))
        {
            token = await _token.GetAsync(token, cancellationToken).ConfigureAwait(false);
            return await CallAsync(changesState, callAsync, token).ConfigureAwait(false);
        }
    }

    /// <summary>Without a token a learner may still say how it is; but nothing is changed as nobody where a user was given.</summary>
    private async Task<T> CallAsync<T>(bool changesState, Func<string?, Task<T>> callAsync, string? token)
    {
        var refusal = token is null ? _token.Refusal : null;
        if (refusal is not null && changesState)
        {
            throw refusal;
        }

        try
        {
            return await callAsync(token).ConfigureAwait(false);
        }
        catch (EtcdException anonymous) when (refusal is not null && IsForWantOfUser(anonymous))
        {
            // There is a user. What is in the way is why no token could be had.
            throw refusal;
        }
    }

    private static bool IsForWantOfUser(EtcdException refused) =>
        refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.InvalidArgument }
        && refused.Detail.Contains("user name is empty", StringComparison.Ordinal);

    /// <summary>Its time is over, or users and roles were changed since it was given out.</summary>
    private static bool IsStale(EtcdException refused) => refused is { Failure: EtcdFailure.Refused } && (
        refused.Code == EtcdStatusCode.Unauthenticated || StaleTexts.Any(text => refused.Detail.Contains(text, StringComparison.Ordinal)));
}
