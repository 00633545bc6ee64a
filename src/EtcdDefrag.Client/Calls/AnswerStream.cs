using System.Buffers.Binary;

namespace EtcdDefrag.Client.Calls;

/// <summary>
/// Watches the bytes of an answer on their way to the gRPC library. Whether it breaks off, is too large, or is not what gRPC allows
/// is found out here, by its frames: a byte that says whether the message is compressed, its length in four bytes, the message. The
/// library would say all of it with one type of exception.
/// </summary>
internal sealed class AnswerStream(Stream answer, HttpResponseMessage response, MemberCall call) : Stream
{
    private readonly byte[] _header = new byte[5];
    private int _headerBytes;
    private uint _messageBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await answer.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
            {
                Watch(buffer.Span[..read]);
            }
            else if (!buffer.IsEmpty)
            {
                End();
            }

            return read;
        }
        catch (Exception failure)
        {
            call.Fail(failure);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_messageBytes > 0)
            {
                var passing = (int)Math.Min(_messageBytes, (uint)bytes.Length);
                _messageBytes -= (uint)passing;
                bytes = bytes[passing..];
                continue;
            }

            if (call is { IsStream: false, Messages: > 0 })
            {
                throw new AnswerFormatException("it sent more than one message in answer to a unary call");
            }

            _header[_headerBytes++] = bytes[0];
            bytes = bytes[1..];
            if (_headerBytes == _header.Length)
            {
                BeginMessage();
            }
        }
    }

    private void BeginMessage()
    {
        if (_header[0] != 0)
        {
            throw new AnswerFormatException("its answer is compressed although no compression was offered");
        }

        _messageBytes = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
        _headerBytes = 0;
        MemberCall.CheckLength(_messageBytes, "its answer");
        call.Messages++;
    }

    /// <summary>The trailers are there when the answer has been read to its end.</summary>
    private void End()
    {
        if (_headerBytes > 0 || _messageBytes > 0)
        {
            throw new EndOfStreamException("its answer breaks off within a message");
        }

        call.Status = GrpcStatus.Read(response) ?? throw new EndOfStreamException("its answer ended without a status");
    }
}
