using Google.Protobuf;

namespace EtcdDefrag.Integration.Support.Fakes;

/// <summary>A call that a fake member has received.</summary>
/// <param name="Method">The method's name without its service, such as Status.</param>
/// <param name="At">When it came, by the system's monotonic clock (<see cref="TimeProvider.GetTimestamp"/>).</param>
/// <param name="Timeout">The grpc-timeout header as it stood there; empty where there was none.</param>
/// <param name="Body">The message.</param>
internal sealed record FakeCall(string Method, long At, string Timeout, byte[] Body)
{
    /// <summary>The whole path, such as /etcdserverpb.Maintenance/Status.</summary>
    public string Path { get; init; } = "";

    /// <summary>The metadata key <c>token</c>; empty where there was none.</summary>
    public string Token { get; init; } = "";

    /// <summary>Reads the message.</summary>
    public TMessage Read<TMessage>(MessageParser<TMessage> parser)
        where TMessage : IMessage<TMessage> => parser.ParseFrom(Body);
}

/// <summary>Decides how a call is answered; it may wait as long as it likes, to be a member that is busy.</summary>
internal delegate Task<FakeReply> FakeHandler(FakeCall call, CancellationToken cancellationToken);
