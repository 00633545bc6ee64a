using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdDefrag.Unit.Client;

/// <summary>What a peer does to the first call that comes, before it serves all later ones as a member would.</summary>
internal enum PeerEvent
{
    Answer,
    CloseAtOnce,
    CloseInHandshake,
    GoAwayOnHeaders,
    GoAwayOnMessage,
    GoAwayCallAccepted,
    GoAwayEnhanceYourCalm,
    RefuseStreamOnHeaders,
    RefuseStreamOnMessage,
    ResetCancel,
    ResetInternalError,
    ResetHttp11Required,
    CloseOnMessage,
    AbortOnMessage,
    HalfAnAnswer,
    Http307,
    Http421,
    Http429,
    Http503,
    GrpcUnavailableWithPushback,
}

/// <summary>
/// An HTTP/2 server of its own, frame by frame, since no library's server can be brought to do these things when it is told to. It
/// counts the messages that arrive whole, over all connections: each one is a call that a member would have carried out.
/// </summary>
internal sealed class RawHttp2Peer : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;
    private const uint NoError = 0, InternalError = 2, RefusedStream = 7, Cancel = 8, EnhanceYourCalm = 11, Http11Required = 13;

    private static readonly (string, string)[] GrpcHeaders = [(":status", "200"), ("content-type", "application/grpc")];

    // A message that every answer takes: field 2 as a number, which is a lease's id and a transaction's success.
    private static readonly byte[] Answer = [0, 0, 0, 0, 2, 0x10, 1];

    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly PeerEvent _event;
    private readonly Task _accepting;
    private int _hasHappened;
    private int _messages;
    private int _accepted;

    public RawHttp2Peer(PeerEvent first)
    {
        _event = first;
        _listener.Start();
        Endpoint = $"http://{_listener.LocalEndpoint}";
        _accepting = AcceptAsync();
    }

    public string Endpoint { get; }

    /// <summary>How many messages have arrived whole.</summary>
    public int Messages => Volatile.Read(ref _messages);

    /// <summary>How many connections were made.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Waits until everything has been read that was sent over connections that are closed by now.</summary>
    public Task DrainAsync() => Task.WhenAll(_connections);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await DrainAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = client;
        try
        {
            if (_event is not PeerEvent.CloseAtOnce || !HappensNow())
            {
                await new Connection(this, client).ServeAsync(_end.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private bool HappensNow() => Interlocked.Exchange(ref _hasHappened, 1) == 0;

    /// <summary>One connection.</summary>
    private sealed class Connection(RawHttp2Peer peer, TcpClient client)
    {
        private readonly NetworkStream _stream = client.GetStream();
        private readonly Dictionary<int, int> _received = [];

        public async Task ServeAsync(CancellationToken token)
        {
            await ReadAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length, token);
            if (peer._event is PeerEvent.CloseInHandshake && peer.HappensNow())
            {
                return;
            }

            await SendAsync(Settings, 0, 0, [], token);
            while (await ReadFrameAsync(token) is var (type, flags, stream, payload) && await TakeAsync(type, flags, stream, payload, token))
            {
            }
        }

        /// <summary>Takes a frame; false where the connection is to be closed.</summary>
        private async Task<bool> TakeAsync(byte type, byte flags, int stream, byte[] payload, CancellationToken token)
        {
            switch (type)
            {
                case Settings when (flags & Ack) == 0:
                    await SendAsync(Settings, Ack, 0, [], token);
                    break;
                case Ping when (flags & Ack) == 0:
                    await SendAsync(Ping, Ack, 0, payload, token);
                    break;
                case Headers:
                    _received[stream] = 0;
                    var isNow = peer._event is PeerEvent.GoAwayOnHeaders or PeerEvent.RefuseStreamOnHeaders && peer.HappensNow();
                    return !isNow || await HappenAsync(stream, token);
                case Data:
                    _received[stream] += payload.Length;
                    if ((flags & EndStream) != 0 && _received[stream] >= 5)
                    {
                        Interlocked.Increment(ref peer._messages);
                        return peer.HappensNow() ? await HappenAsync(stream, token) : await AnswerAsync(stream, token);
                    }

                    break;
            }

            return true;
        }

        private async Task<bool> HappenAsync(int stream, CancellationToken token)
        {
            switch (peer._event)
            {
                case PeerEvent.GoAwayOnHeaders or PeerEvent.GoAwayOnMessage:
                    return await SendGoAwayAsync(lastStream: 0, NoError, token);
                case PeerEvent.GoAwayCallAccepted:
                    await SendGoAwayAsync(stream, NoError, token);
                    return false;
                case PeerEvent.GoAwayEnhanceYourCalm:
                    return await SendGoAwayAsync(lastStream: 0, EnhanceYourCalm, token);
                case PeerEvent.RefuseStreamOnHeaders or PeerEvent.RefuseStreamOnMessage:
                    return await ResetAsync(stream, RefusedStream, token);
                case PeerEvent.ResetCancel:
                    return await ResetAsync(stream, Cancel, token);
                case PeerEvent.ResetInternalError:
                    return await ResetAsync(stream, InternalError, token);
                case PeerEvent.ResetHttp11Required:
                    return await ResetAsync(stream, Http11Required, token);
                case PeerEvent.CloseOnMessage:
                    return false;
                case PeerEvent.AbortOnMessage:
                    client.LingerState = new LingerOption(enable: true, 0);
                    return false;
                case PeerEvent.HalfAnAnswer:
                    await SendHeadersAsync(stream, EndHeaders, GrpcHeaders, token);
                    await SendAsync(Data, 0, stream, Answer[..3], token);
                    return false;
                case PeerEvent.Http307:
                    return await SendHttpAsync(stream, "307", ("location", $"{peer.Endpoint}/elsewhere"), token);
                case PeerEvent.Http421:
                    return await SendHttpAsync(stream, "421", ("date", "-"), token);
                case PeerEvent.Http429:
                    return await SendHttpAsync(stream, "429", ("retry-after", "0"), token);
                case PeerEvent.Http503:
                    return await SendHttpAsync(stream, "503", ("retry-after", "0"), token);
                case PeerEvent.GrpcUnavailableWithPushback:
                    (string, string)[] again = [.. GrpcHeaders, ("grpc-status", "14"), ("grpc-retry-pushback-ms", "0")];
                    await SendHeadersAsync(stream, EndHeaders | EndStream, again, token);
                    return true;
                default:
                    return await AnswerAsync(stream, token);
            }
        }

        private async Task<bool> AnswerAsync(int stream, CancellationToken token)
        {
            await SendHeadersAsync(stream, EndHeaders, GrpcHeaders, token);
            await SendAsync(Data, 0, stream, Answer, token);
            await SendHeadersAsync(stream, EndHeaders | EndStream, [("grpc-status", "0")], token);
            return true;
        }

        private async Task<bool> SendHttpAsync(int stream, string status, (string, string) header, CancellationToken token)
        {
            await SendHeadersAsync(stream, EndHeaders | EndStream, [(":status", status), header], token);
            return true;
        }

        private async Task<bool> ResetAsync(int stream, uint code, CancellationToken token)
        {
            await SendAsync(ResetStream, 0, stream, Number(code), token);
            return true;
        }

        private async Task<bool> SendGoAwayAsync(int lastStream, uint code, CancellationToken token)
        {
            await SendAsync(GoAway, 0, 0, [.. Number((uint)lastStream), .. Number(code)], token);
            return true;
        }

        // HPACK's literals that nobody keeps, of a new name each (RFC 7541, 6.2.2).
        private Task SendHeadersAsync(int stream, byte flags, (string Name, string Value)[] headers, CancellationToken token) =>
            SendAsync(Headers, flags, stream, [.. headers.SelectMany(h => (byte[])[0, .. Literal(h.Name), .. Literal(h.Value)])], token);

        private static byte[] Literal(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

        private async Task SendAsync(byte type, byte flags, int stream, byte[] payload, CancellationToken token) =>
            await _stream.WriteAsync((byte[])[.. Number((uint)payload.Length)[1..], type, flags, .. Number((uint)stream), .. payload], token);

        private async Task<(byte Type, byte Flags, int Stream, byte[] Payload)> ReadFrameAsync(CancellationToken token)
        {
            var header = await ReadAsync(9, token);
            var payload = await ReadAsync((header[0] << 16) | (header[1] << 8) | header[2], token);
            return (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, payload);
        }

        private async Task<byte[]> ReadAsync(int count, CancellationToken token)
        {
            var bytes = new byte[count];
            await _stream.ReadExactlyAsync(bytes, token);
            return bytes;
        }

        private static byte[] Number(uint value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            return bytes;
        }
    }
}
