namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>A member answered a request on its JSON gateway with an error.</summary>
public sealed class EtcdGatewayException : Exception
{
    /// <summary>Passes a member's error on.</summary>
    /// <param name="path">What was asked.</param>
    /// <param name="code">The gRPC status code, as a number.</param>
    /// <param name="detail">etcd's own message.</param>
    public EtcdGatewayException(string path, int code, string detail)
        : base($"{path} failed: {detail} (code {code}).")
    {
        Code = code;
        Detail = detail;
    }

    /// <summary>The gRPC status code, as a number: 8 is "resource exhausted".</summary>
    public int Code { get; }

    /// <summary>etcd's own message.</summary>
    public string Detail { get; }
}
