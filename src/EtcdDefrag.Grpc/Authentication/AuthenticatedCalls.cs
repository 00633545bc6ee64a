using EtcdDefrag.Connection;
using EtcdDefrag.Grpc.Wire;
using Google.Protobuf;

namespace EtcdDefrag.Grpc.Authentication;

/// <summary>
/// Calls made as the user. Simple tokens live 5 minutes and a defragmentation can last longer, so that a call refused for its token
/// is made once more with a new one: it was refused before anything was done.
/// </summary>
internal sealed class AuthenticatedCalls(GrpcChannel channel, ClusterToken shared, EtcdConnectionOptions options) : IDisposable
{
    private readonly MemberToken _token = new(channel, shared, options);

    public async Task<TAnswer> CallAsync<TAnswer>(
        GrpcMethod<TAnswer> method, IMessage request, TimeSpan deadline, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        var token = await _token.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await channel.CallAsync(method, request, deadline, token, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException anonymous) when (token is null && _token.Refusal is not null && IsForWantOfUser(anonymous))
        {
            // There is a user. What is in the way is why no token could be had.
            throw _token.Refusal;
        }
        catch (EtcdException stale) when (token is not null && IsStale(stale))
        {
            shared.Forget(token);
            token = await _token.GetAsync(cancellationToken).ConfigureAwait(false);
            return await channel.CallAsync(method, request, deadline, token, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _token.Dispose();

    private static bool IsForWantOfUser(EtcdException refused) =>
        refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.InvalidArgument } && refused.Detail.Contains("user name is empty", StringComparison.Ordinal);

    /// <summary>Its time is over, or users and roles were changed since it was given out.</summary>
    private static bool IsStale(EtcdException refused) => refused is { Failure: EtcdFailure.Refused } && (
        refused.Code == EtcdStatusCode.Unauthenticated
        || (refused.Code == EtcdStatusCode.InvalidArgument && refused.Detail.Contains("revision of auth store is old", StringComparison.Ordinal)));
}
