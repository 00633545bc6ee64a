using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EtcdDefrag.Client.ServiceLookup.Messages;

/// <summary>Reads a message from its start to its end and never past it.</summary>
/// <param name="message">The whole message.</param>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private const int MaxNameBytes = 255;
    private const int PointerMark = 0xC0;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Where the next byte is read.</summary>
    public int Position { get; private set; }

    public byte ReadByte() => Take(1)[0];

    public int ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public void Skip(int bytes) => Take(bytes);

    /// <summary>
    /// Reads a domain name, following compression pointers (RFC 1035, 4.1.4). Every pointer must lead further back than the one
    /// before, so that no loop is possible.
    /// </summary>
    /// <returns>The name without the dot at its end; bytes that no host name holds are written as <c>\DDD</c>.</returns>
    public string ReadName()
    {
        var name = new StringBuilder();
        var mustLeadBefore = Position;
        var resumeAt = -1;
        var bytes = 1;
        for (var length = ReadByte(); length != 0; length = ReadByte())
        {
            if (length >= PointerMark)
            {
                var target = ((length & ~PointerMark) << 8) | ReadByte();
                resumeAt = resumeAt < 0 ? Position : resumeAt;
                mustLeadBefore = target < mustLeadBefore ? target : throw new DnsFormatException("a name's compression pointer does not lead back");
                Position = target;
                continue;
            }

            bytes += length + 1;
            if (length > DnsName.MaxLabelBytes || bytes > MaxNameBytes)
            {
                throw new DnsFormatException("a name is longer than DNS allows");
            }

            AppendLabel(name, Take(length));
        }

        Position = resumeAt < 0 ? Position : resumeAt;
        return name.ToString();
    }

    private static void AppendLabel(StringBuilder name, ReadOnlySpan<byte> label)
    {
        name.Append(name.Length > 0 ? "." : "");
        foreach (var value in label)
        {
            // A dot, a slash or an at sign within a label would make another name or another address of it.
            if (DnsName.IsPlain((char)value))
            {
                name.Append((char)value);
            }
            else
            {
                name.Append('\\').Append(value.ToString("D3", CultureInfo.InvariantCulture));
            }
        }
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _message.Length - Position)
        {
            throw new DnsFormatException("it breaks off");
        }

        var taken = _message.Slice(Position, bytes);
        Position += bytes;
        return taken;
    }
}
