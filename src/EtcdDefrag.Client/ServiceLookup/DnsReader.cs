using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>Reads a message from its start to its end and never past it.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private const int MaxNameBytes = 255;
    private const int PointerMark = 0xC0;

    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }

    public int ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public void Skip(int bytes) => Take(bytes);

    /// <summary>Reads the header and the question (RFC 1035, 4.1.1 and 4.1.2).</summary>
    public DnsHead ReadHead() => new(
        ReadUInt16(), ReadUInt16(), ReadUInt16(), ReadUInt16(), ReadUInt16(), ReadUInt16(), ReadName(), ReadUInt16(), ReadUInt16());

    /// <summary>
    /// Reads a domain name, following compression pointers (RFC 1035, 4.1.4). Every pointer must lead further back than the one
    /// before, so that no loop is possible.
    /// </summary>
    /// <returns>The name without the dot at its end; bytes that no host name contains are written as <c>\DDD</c>.</returns>
    public string ReadName()
    {
        var name = new StringBuilder();
        var mustLeadBefore = Position;
        int? resumeAt = null;
        var bytes = 1;
        for (var length = ReadByte(); length != 0; length = ReadByte())
        {
            if (length >= PointerMark)
            {
                var target = ((length & ~PointerMark) << 8) | ReadByte();
                resumeAt ??= Position;
                mustLeadBefore = target < mustLeadBefore
                    ? target
                    : throw new InvalidDataException("a name's compression pointer does not lead back");
                Position = target;
                continue;
            }

            bytes += length + 1;
            if (length > DnsName.MaxLabelBytes || bytes > MaxNameBytes)
            {
                throw new InvalidDataException("a name is longer than DNS allows");
            }

            name.Append(name.Length > 0 ? "." : "");
            foreach (var letter in Take(length))
            {
                Append(name, letter);
            }
        }

        Position = resumeAt ?? Position;
        return name.ToString();
    }

    private byte ReadByte() => Take(1)[0];

    // A dot, a slash or an at sign within a label would make another name or another address of it.
    private static StringBuilder Append(StringBuilder name, byte letter) => DnsName.IsPlain((char)letter)
        ? name.Append((char)letter)
        : name.Append('\\').Append(letter.ToString("D3", CultureInfo.InvariantCulture));

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _message.Length - Position)
        {
            throw new InvalidDataException("it ends too early");
        }

        var taken = _message.Slice(Position, bytes);
        Position += bytes;
        return taken;
    }
}

/// <summary>The start of a message.</summary>
internal readonly record struct DnsHead(
    int Id, int Flags, int Questions, int Answers, int Authorities, int Additional, string Name, int Type, int Class);
