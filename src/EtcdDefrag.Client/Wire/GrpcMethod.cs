using Google.Protobuf;

namespace EtcdDefrag.Client.Wire;

/// <summary>A unary method of one of etcd's services.</summary>
/// <param name="Service">The service with its package, for example <c>etcdserverpb.KV</c>.</param>
/// <param name="Name">The method, which is also its name in messages.</param>
/// <param name="ChangesState">Whether the call changes the member: its bytes then leave this process at most once.</param>
/// <param name="Parser">Reads the answer.</param>
internal sealed record GrpcMethod<TAnswer>(string Service, string Name, bool ChangesState, MessageParser<TAnswer> Parser)
    where TAnswer : IMessage<TAnswer>
{
    /// <summary>The path of the HTTP/2 request.</summary>
    public string Path => $"/{Service}/{Name}";
}
