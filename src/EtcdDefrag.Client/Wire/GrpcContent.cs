using System.Net;
using System.Net.Http.Headers;

namespace EtcdDefrag.Client.Wire;

/// <summary>
/// The body of a call. That of a call that changes a member can be sent once only: where the HTTP stack would try again on a new
/// connection, by itself and unseen, it fails instead.
/// </summary>
internal sealed class GrpcContent : HttpContent
{
    private readonly byte[] _frame;
    private readonly bool _onceOnly;
    private readonly Action? _onSend;
    private int _timesSent;

    /// <summary>Prepares the body.</summary>
    /// <param name="frame">What to send.</param>
    /// <param name="onceOnly">Whether it must not be sent again.</param>
    /// <param name="onSend">Called when there is a connection and it is being sent.</param>
    public GrpcContent(byte[] frame, bool onceOnly, Action? onSend = null)
    {
        _frame = frame;
        _onSend = onSend;
        _onceOnly = onceOnly;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>Whether any of it may have left this process.</summary>
    public bool WasSent => Volatile.Read(ref _timesSent) > 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _timesSent) > 1 && _onceOnly)
        {
            throw new IOException("the connection was lost, and this call is not made twice");
        }

        _onSend?.Invoke();
        await stream.WriteAsync(_frame, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _frame.Length;
        return true;
    }
}
