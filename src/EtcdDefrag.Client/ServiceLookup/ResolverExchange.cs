using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>
/// One question to one resolver: over UDP from a socket of its own, whose port nobody can predict, and over TCP if the answer does not
/// fit in a packet.
/// </summary>
internal sealed class ResolverExchange(IPEndPoint resolver, TimeSpan timeout, TimeProvider time)
{
    private int _ignoredPackets;

    /// <exception cref="TimeoutException">There was no answer in time; the message says so as the end of a sentence.</exception>
    public async Task<DnsResponse> AskAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await WithinTimeoutAsync(AskByUdpAsync, name, cancellationToken).ConfigureAwait(false);
        return answer.IsTruncated ? await WithinTimeoutAsync(AskByTcpAsync, name, cancellationToken).ConfigureAwait(false) : answer;
    }

    private async Task<DnsResponse> WithinTimeoutAsync(
        Func<DnsQuery, CancellationToken, Task<DnsResponse>> askAsync, string name, CancellationToken cancellationToken)
    {
        using var timeoutSource = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeoutSource.Token);
        try
        {
            return await askAsync(DnsQuery.Create(name), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException timedOut) when (!cancellationToken.IsCancellationRequested)
        {
            var ignored = _ignoredPackets == 0 ? "" : $" (packets that answer another question were ignored: {_ignoredPackets})";
            throw new TimeoutException($"did not answer within {Units.Seconds(timeout)}{ignored}", timedOut);
        }
    }

    private async Task<DnsResponse> AskByUdpAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected, so that only packets from the resolver itself come through.
        await socket.ConnectAsync(resolver, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query.Write(), cancellationToken).ConfigureAwait(false);
        var buffer = new byte[ushort.MaxValue];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (DnsResponse.IsAnswerTo(buffer.AsSpan(0, length), query))
            {
                return DnsResponse.Read(buffer.AsSpan(0, length), query);
            }

            _ignoredPackets++;
        }
    }

    private async Task<DnsResponse> AskByTcpAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(resolver.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(resolver, cancellationToken).ConfigureAwait(false);
        var stream = new NetworkStream(socket);
        await using var scope = stream.ConfigureAwait(false);

        // Over TCP every message stands behind its length (RFC 1035, 4.2.2).
        var question = query.Write();
        byte[] sent = [(byte)(question.Length >> 8), (byte)question.Length, .. question];
        await stream.WriteAsync(sent, cancellationToken).ConfigureAwait(false);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);

        var answer = DnsResponse.IsAnswerTo(message, query)
            ? DnsResponse.Read(message, query)
            : throw new InvalidDataException("it answers another question");
        return answer.IsTruncated ? throw new InvalidDataException("it is truncated even over TCP") : answer;
    }
}
