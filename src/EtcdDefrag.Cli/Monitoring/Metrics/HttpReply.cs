using System.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>An answer of the metrics server.</summary>
internal sealed record HttpReply(int Status, string Body)
{
    public string ContentType { get; init; } = "text/plain; charset=utf-8";

    /// <summary>More lines of the header, each with its end.</summary>
    public string Header { get; init; } = "";

    public static HttpReply Of(int status, string line) => new(status, $"{line}\n");

    /// <summary>The bytes on the wire. The connection ends with them.</summary>
    /// <param name="withBody">Whether the body is sent; the header states its length in any case.</param>
    public byte[] ToBytes(bool withBody)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var header = $"HTTP/1.1 {Status} {Phrase}\r\nContent-Type: {ContentType}\r\nContent-Length: {body.Length}\r\n"
            + (Status == 405 ? "Allow: GET, HEAD\r\n" : "")
            + Header
            + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(header), .. withBody ? body : []];
    }

    private string Phrase => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        505 => "HTTP Version Not Supported",
        _ => "Service Unavailable",
    };
}
