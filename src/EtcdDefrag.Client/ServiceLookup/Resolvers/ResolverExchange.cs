using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Client.ServiceLookup.Messages;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.ServiceLookup.Resolvers;

/// <summary>
/// One question to one resolver: over UDP from a socket of its own, whose port nobody can foretell, and over TCP where the answer
/// does not fit in a packet.
/// </summary>
/// <param name="resolver">The resolver.</param>
/// <param name="timeout">How long to wait for each of the two.</param>
/// <param name="time">The clock.</param>
internal sealed class ResolverExchange(IPEndPoint resolver, TimeSpan timeout, TimeProvider time)
{
    private const int MaxMessageBytes = ushort.MaxValue;

    /// <summary>Asks.</summary>
    /// <param name="name">A name that <see cref="DnsName.IsPossible"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DnsFormatException">The answer cannot be read.</exception>
    /// <exception cref="TimeoutException">There was no answer in time; the message says so as the end of a sentence.</exception>
    /// <exception cref="SocketException">The resolver cannot be reached.</exception>
    /// <exception cref="IOException">The connection to the resolver broke.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<DnsResponse> AskAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await InTimeAsync(AskByUdpAsync, name, cancellationToken).ConfigureAwait(false);
        return answer.IsTruncated ? await InTimeAsync(AskByTcpAsync, name, cancellationToken).ConfigureAwait(false) : answer;
    }

    private async Task<DnsResponse> InTimeAsync(
        Func<DnsQuery, IgnoredPackets, CancellationToken, Task<DnsResponse>> ask, string name, CancellationToken cancellationToken)
    {
        using var overdue = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        var ignored = new IgnoredPackets();
        try
        {
            return await ask(DnsQuery.Create(name), ignored, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"did not answer within {Units.Seconds(timeout)}{ignored}", late);
        }
    }

    private async Task<DnsResponse> AskByUdpAsync(DnsQuery query, IgnoredPackets ignored, CancellationToken cancellationToken)
    {
        using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected, so that only packets from the resolver itself come through.
        await socket.ConnectAsync(resolver, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query.Write(), cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxMessageBytes];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (DnsResponse.IsAnswerTo(buffer.AsSpan(0, length), query))
            {
                return DnsResponse.Read(buffer.AsSpan(0, length), query);
            }

            ignored.Count++;
        }
    }

    private async Task<DnsResponse> AskByTcpAsync(DnsQuery query, IgnoredPackets ignored, CancellationToken cancellationToken)
    {
        using var socket = new Socket(resolver.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(resolver, cancellationToken).ConfigureAwait(false);
        var stream = new NetworkStream(socket);
        await using var streamScope = stream.ConfigureAwait(false);

        // Over TCP every message stands behind its length (RFC 1035, 4.2.2).
        var question = query.Write();
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], cancellationToken).ConfigureAwait(false);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);

        var answer = DnsResponse.IsAnswerTo(message, query)
            ? DnsResponse.Read(message, query)
            : throw new DnsFormatException("it answers another question");
        return answer.IsTruncated ? throw new DnsFormatException("it is cut short even over TCP") : answer;
    }

    /// <summary>Packets that were no answer to the question: worth a word when nothing else came.</summary>
    private sealed class IgnoredPackets
    {
        public int Count { get; set; }

        public override string ToString() => Count == 0 ? "" : $" (packets that answer another question were ignored: {Count})";
    }
}
