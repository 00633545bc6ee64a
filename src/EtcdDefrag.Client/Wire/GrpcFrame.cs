using System.Buffers.Binary;
using Google.Protobuf;

namespace EtcdDefrag.Client.Wire;

/// <summary>A gRPC message on the wire: a byte that says whether it is compressed, its length in four bytes, its content.</summary>
internal static class GrpcFrame
{
    /// <summary>The largest message taken or sent, in bytes: gRPC's own default. etcd takes 1.5 MiB by default.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    private const int HeaderBytes = 5;

    /// <summary>Puts a message into a frame.</summary>
    /// <exception cref="GrpcFormatException">The message is larger than <see cref="MaxMessageBytes"/>.</exception>
    public static byte[] Write(IMessage message)
    {
        var length = message.CalculateSize();
        CheckLength((uint)length, "the request");
        var frame = new byte[HeaderBytes + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)length);
        message.WriteTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>Reads the one message of a unary answer, or null where the stream ends without any.</summary>
    /// <exception cref="GrpcFormatException">What comes is no gRPC message, or one too many.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within a message.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var message = await ReadNextAsync(stream, cancellationToken).ConfigureAwait(false);

        // The trailers arrive only when the stream has been read to its end.
        return message is null || await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) == 0
            ? message
            : throw new GrpcFormatException("it sent more than one message in answer to a unary call");
    }

    /// <summary>Reads the next message of an answer, or null at its end.</summary>
    /// <exception cref="GrpcFormatException">What comes is no gRPC message.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within a message.</exception>
    public static async Task<byte[]?> ReadNextAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        var read = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            return null;
        }

        if (read < HeaderBytes)
        {
            throw new EndOfStreamException("its answer breaks off within a message");
        }

        return await ReadMessageAsync(stream, header, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<byte[]> ReadMessageAsync(Stream stream, byte[] header, CancellationToken cancellationToken)
    {
        if (header[0] != 0)
        {
            throw new GrpcFormatException("its answer is compressed although no compression was offered");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        CheckLength(length, "its answer");
        var message = new byte[length];
        var read = await stream.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return read == message.Length ? message : throw new EndOfStreamException("its answer breaks off within a message");
    }

    private static void CheckLength(uint length, string what)
    {
        if (length > MaxMessageBytes)
        {
            throw new GrpcFormatException($"{what} is {length} bytes long, more than the {MaxMessageBytes} allowed");
        }
    }
}

/// <summary>What the other side sent, or was to be sent, is not what gRPC allows.</summary>
internal sealed class GrpcFormatException(string message, Exception? inner = null) : Exception(message, inner);
