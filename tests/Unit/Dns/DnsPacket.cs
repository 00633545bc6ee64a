using System.Text;
using EtcdDefrag.Client.ServiceLookup;

namespace EtcdDefrag.Unit.Dns;

/// <summary>Messages written byte by byte, apart from the code under test.</summary>
internal static class DnsPacket
{
    public const int Answered = 0x8180;
    public const int ServiceType = 33;

    /// <summary>The question at the start of every answer; its name stands at 0x0C, and example.com within it at 0x1E.</summary>
    public static DnsQuery Query { get; } = new(0x1234, "_etcd-client._tcp.example.com");

    /// <summary>A pointer to the name asked for.</summary>
    public static byte[] Asked => [0xC0, 0x0C];

    /// <summary>A pointer to the domain in the name asked for.</summary>
    public static byte[] Domain => [0xC0, 0x1E];

    /// <summary>Where the first record begins: the header, the name, type and class.</summary>
    public static int FirstRecord => 12 + Question.Length;

    private static byte[] Question => [.. Name("_etcd-client", "_tcp", "example", "com"), 0, 33, 0, 1];

    public static byte[] Answer(params byte[][] records) => Message(0x1234, Answered, Question, records);

    public static byte[] Answer(int flags, params byte[][] records) => Message(0x1234, flags, Question, records);

    public static byte[] Message(int id, int flags, byte[] question, params byte[][] records) =>
        [.. Number(id), .. Number(flags), 0, 1, .. Number(records.Length), 0, 0, 0, 0, .. question, .. records.SelectMany(r => r)];

    public static byte[] Record(byte[] owner, int type, byte[] data, int internetClass = 1, int? length = null) =>
        [.. owner, .. Number(type), .. Number(internetClass), 0, 0, 0x01, 0x2C, .. Number(length ?? data.Length), .. data];

    public static byte[] Service(byte[] owner, int priority, int weight, int port, byte[] target) =>
        Record(owner, ServiceType, [.. Number(priority), .. Number(weight), .. Number(port), .. target]);

    public static byte[] Name(params string[] labels) => [.. Labels(labels), 0];

    public static byte[] Labels(params string[] labels) =>
        [.. labels.SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.Latin1.GetBytes(l)])];

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];
}
