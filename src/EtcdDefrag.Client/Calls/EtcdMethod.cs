using Grpc.Core;

namespace EtcdDefrag.Client.Calls;

/// <summary>A method of one of etcd's services.</summary>
/// <param name="Service">The service with its package, for example <c>etcdserverpb.KV</c>.</param>
/// <param name="Name">The method, which is also its name in messages.</param>
/// <param name="ChangesState">Whether the call changes the member: its bytes then leave this process at most once.</param>
/// <param name="Start">Makes the call by dotnet-etcd's typed client.</param>
/// <typeparam name="TRequest">The message that is sent.</typeparam>
/// <typeparam name="TCall">The task of the one answer, or the call that many answers are read from.</typeparam>
internal sealed record EtcdMethod<TRequest, TCall>(
    string Service, string Name, bool ChangesState, Func<CallInvoker, TRequest, CallOptions, TCall> Start)
{
    /// <summary>The path of the HTTP/2 request.</summary>
    public string Path => $"/{Service}/{Name}";
}
