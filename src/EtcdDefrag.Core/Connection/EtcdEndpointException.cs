using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>A text that was given as an endpoint is none. Nothing was sent to anybody.</summary>
public sealed class EtcdEndpointException : FormatException
{
    /// <summary>Says which text was refused and why.</summary>
    /// <param name="endpoint">The text as it was given.</param>
    /// <param name="problem">What is wrong with it, as the end of a sentence.</param>
    public EtcdEndpointException(string endpoint, string problem)
        : base($"'{DisplayText.Value(EtcdEndpoint.Redact(endpoint))}' is not an etcd endpoint: {DisplayText.Value(problem)}.")
    {
        Endpoint = EtcdEndpoint.Redact(endpoint);
    }

    /// <summary>The refused text, without any user information it held.</summary>
    public string Endpoint { get; }
}
