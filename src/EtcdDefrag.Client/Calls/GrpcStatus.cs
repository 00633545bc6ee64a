using System.Globalization;
using System.Net.Http.Headers;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Calls;

/// <summary>How a call ended by the server's word.</summary>
internal readonly record struct GrpcStatus(EtcdStatusCode Code, string Message)
{
    private const string CodeHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";

    /// <summary>
    /// Reads the status from the trailers, or from the headers where the server had nothing else to say (trailers-only). Null
    /// where it is in neither.
    /// </summary>
    public static GrpcStatus? Read(HttpResponseMessage response) => Read(response.TrailingHeaders) ?? Read(response.Headers);

    /// <summary>Reads the status from headers or trailers; null where it is not in them.</summary>
    public static GrpcStatus? Read(HttpResponseHeaders headers)
    {
        if (Find(headers, CodeHeader) is not { } text)
        {
            return null;
        }

        // gRPC has a client take a status it cannot read for Unknown.
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var code = isNumber && Enum.IsDefined((EtcdStatusCode)number) ? (EtcdStatusCode)number : EtcdStatusCode.Unknown;
        return new GrpcStatus(code, Decode(Find(headers, MessageHeader) ?? ""));
    }

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The message is UTF-8 with every byte outside printable ASCII, and the percent sign, percent-encoded.</summary>
    private static string Decode(string message) => Uri.UnescapeDataString(message);
}
