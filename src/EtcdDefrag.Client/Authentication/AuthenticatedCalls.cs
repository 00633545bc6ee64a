using EtcdDefrag.Connection;
using EtcdDefrag.Client.Wire;
using Google.Protobuf;

namespace EtcdDefrag.Client.Authentication;

/// <summary>
/// Calls made as the user. Simple tokens live 5 minutes and a defragmentation can last longer, so that a call refused for its token
/// is made once more with a new one: it was refused before anything was done.
/// </summary>
internal sealed class AuthenticatedCalls(EtcdEndpoint endpoint, GrpcChannel channel, ClusterToken tokens, EtcdConnectionOptions options) : IDisposable
{
    private readonly MemberToken _token = new(endpoint, channel, tokens, options);

    public Task<TAnswer> CallAsync<TAnswer>(
        GrpcMethod<TAnswer> method, IMessage request, TimeSpan deadline, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer> =>
        WithTokenAsync(method.ChangesState, token => channel.CallAsync(method, request, deadline, token, cancellationToken), cancellationToken);

    /// <summary>A stream is refused for its token before its first message, so that none is handed out twice.</summary>
    public Task StreamAsync<TAnswer>(
        GrpcMethod<TAnswer> method, IMessage request, TimeSpan patience, Func<TAnswer, Task> onAnswer, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer> =>
        WithTokenAsync(method.ChangesState, async token =>
        {
            await channel.StreamAsync(method, request, patience, token, onAnswer, cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    public void Dispose() => _token.Dispose();

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
        refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.InvalidArgument } && refused.Detail.Contains("user name is empty", StringComparison.Ordinal);

    /// <summary>Its time is over, or users and roles were changed since it was given out.</summary>
    private static bool IsStale(EtcdException refused) => refused is { Failure: EtcdFailure.Refused } && (
        refused.Code == EtcdStatusCode.Unauthenticated
        || (refused.Code == EtcdStatusCode.InvalidArgument && refused.Detail.Contains("revision of auth store is old", StringComparison.Ordinal)));
}
