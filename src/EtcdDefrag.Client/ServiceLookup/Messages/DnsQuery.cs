using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EtcdDefrag.Client.ServiceLookup.Messages;

/// <summary>A question for the SRV records of a name, which asks the resolver to do the searching (RFC 1035, 4.1).</summary>
/// <param name="Id">Comes back in the answer. Random, so that nobody who does not see the question can answer it.</param>
/// <param name="Name">The name asked for.</param>
internal sealed record DnsQuery(ushort Id, string Name)
{
    /// <summary>The type of an SRV record (RFC 2782).</summary>
    public const int ServiceType = 33;

    /// <summary>The class of everything on the Internet.</summary>
    public const int InternetClass = 1;

    private const int RecursionDesired = 0x0100;

    /// <summary>A new question with an id that cannot be foretold.</summary>
    /// <param name="name">A name that <see cref="DnsName.IsPossible"/>.</param>
    public static DnsQuery Create(string name) => new((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), name);

    /// <summary>The message.</summary>
    public byte[] Write()
    {
        Span<byte> header = stackalloc byte[12];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, Id);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], 1);
        return [.. header, .. DnsName.Write(Name), 0, ServiceType, 0, InternetClass];
    }
}
