using Grpc.Core;

namespace EtcdDefrag.Sandbox;

/// <summary>A member answered a call with an error.</summary>
public sealed class EtcdSandboxClientException : Exception
{
    /// <summary>Passes a member's error on.</summary>
    /// <param name="call">What was asked.</param>
    /// <param name="code">The gRPC status code.</param>
    /// <param name="detail">etcd's own message.</param>
    public EtcdSandboxClientException(string call, StatusCode code, string detail)
        : base($"{call} failed: {detail} ({code}).")
    {
        Code = code;
        Detail = detail;
    }

    /// <summary>The gRPC status code.</summary>
    public StatusCode Code { get; }

    /// <summary>etcd's own message.</summary>
    public string Detail { get; }
}
