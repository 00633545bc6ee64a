using System.Text;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Integration.Support.Dns;

/// <summary>Writes the answers of a <see cref="DnsResponder"/>, apart from the code under test.</summary>
internal sealed class DnsReply
{
    private const int NameAt = 12;
    private const int NoError = 0x8180;
    private const int Truncated = 0x0200;

    private readonly byte[] _id;
    private readonly byte[] _question;

    /// <summary>Reads a question.</summary>
    public DnsReply(ReadOnlySpan<byte> query)
    {
        _id = query[..2].ToArray();
        var end = NameAt;
        var labels = new List<string>();
        for (; query[end] != 0; end += query[end] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(end + 1, query[end])));
        }

        Name = string.Join('.', labels);
        _question = query[NameAt..(end + 5)].ToArray();
    }

    /// <summary>The name asked for.</summary>
    public string Name { get; }

    private byte[] OtherId => [(byte)~_id[0], _id[1]];

    private byte[] OtherQuestion => [.. Labels("evil.example"), .. _question[^4..]];

    /// <summary>The messages to send, in order.</summary>
    /// <param name="mode">How to answer.</param>
    /// <param name="records">The name's records; null where there is no such name.</param>
    /// <param name="overTcp">Whether the question came over TCP.</param>
    public IEnumerable<byte[]> Answer(DnsMode mode, IReadOnlyList<ServiceRecord>? records, bool overTcp) => mode switch
    {
        DnsMode.Silent => [],
        DnsMode.CutOverTcp when overTcp => [],
        DnsMode.NoRecords => [Message(NoError)],
        DnsMode.ServerFailure => [Message(NoError | 2)],
        DnsMode.Refused => [Message(NoError | 5)],
        DnsMode.Truncated or DnsMode.CutOverTcp or DnsMode.SplitOverTcp or DnsMode.ForgedBehindOverTcp when !overTcp => [Message(NoError | Truncated)],
        DnsMode.ForgedBehindOverTcp => [Whole(records), Forged(OtherId, _question), Forged(_id, OtherQuestion), [0xC0]],
        DnsMode.TruncatedOverTcp => [Message(NoError | Truncated)],
        DnsMode.WrongId => [Forged(OtherId, _question)],
        DnsMode.WrongQuestion => [Forged(_id, OtherQuestion)],
        DnsMode.Garbage => [[0xC0]],
        DnsMode.ForgedFirst => [Forged(OtherId, _question), Forged(_id, OtherQuestion), [0xC0], Whole(records)],
        DnsMode.CompressionLoop => [Loop()],
        _ => [Whole(records)],
    };

    private byte[] Whole(IReadOnlyList<ServiceRecord>? records) =>
        records is null ? Message(NoError | 3) : Message(NoError, [.. records.Select(r => Service([0xC0, NameAt], r))]);

    private static byte[] Forged(byte[] id, byte[] question) =>
        Write(id, NoError, question, [Service([0xC0, NameAt], new ServiceRecord("evil.example", 666, 0, 0))]);

    private byte[] Loop()
    {
        var owner = NameAt + _question.Length;
        return Message(NoError, Service([0xC0, (byte)owner], new ServiceRecord("a", 1, 0, 0)));
    }

    private byte[] Message(int flags, params byte[][] records) => Write(_id, flags, _question, records);

    private static byte[] Write(byte[] id, int flags, byte[] question, byte[][] records) =>
        [.. id, .. Number(flags), 0, 1, .. Number(records.Length), 0, 0, 0, 0, .. question, .. records.SelectMany(r => r)];

    private static byte[] Service(byte[] owner, ServiceRecord record)
    {
        byte[] data = [.. Number(record.Priority), .. Number(record.Weight), .. Number(record.Port), .. Labels(record.Target)];
        return [.. owner, 0, 33, 0, 1, 0, 0, 0, 60, .. Number(data.Length), .. data];
    }

    private static byte[] Labels(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];
}
