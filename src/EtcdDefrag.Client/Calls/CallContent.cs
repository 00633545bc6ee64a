using System.Net;

namespace EtcdDefrag.Client.Calls;

/// <summary>
/// The body of a call, which is where it is known whether any of it may have left this process. That of a call that changes a member
/// can be sent once only: where the HTTP stack would send it again on a new connection, by itself and unseen, it fails instead.
/// </summary>
internal sealed class CallContent : HttpContent
{
    private readonly HttpContent _message;
    private readonly MemberCall _call;

    /// <summary>Wraps what the gRPC library wants to send.</summary>
    public CallContent(HttpContent message, MemberCall call)
    {
        _message = message;
        _call = call;
        foreach (var header in message.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _call.BeginSending();
        return _message.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _message.Dispose();
        }

        base.Dispose(disposing);
    }
}
