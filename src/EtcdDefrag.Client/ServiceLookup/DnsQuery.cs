using System.Security.Cryptography;
using System.Text;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>A question for the SRV records of a name, which asks the resolver to do the searching (RFC 1035, 4.1).</summary>
/// <param name="Id">Comes back in the answer. Random, so that nobody who does not see the question can answer it.</param>
/// <param name="Name">The name, which <see cref="DnsName.IsValid"/>.</param>
internal sealed record DnsQuery(ushort Id, string Name)
{
    /// <summary>The type of an SRV record (RFC 2782).</summary>
    public const int ServiceType = 33;

    public const int InternetClass = 1;

    private const int RecursionDesired = 1;

    public static DnsQuery Create(string name) => new((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), name);

    public byte[] Write()
    {
        byte[] id = [(byte)(Id >> 8), (byte)Id];
        byte[] flagsAndCounts = [RecursionDesired, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        return [.. id, .. flagsAndCounts, .. DnsName.Write(Name), 0, ServiceType, 0, InternetClass];
    }
}

/// <summary>A domain name in a message.</summary>
internal static class DnsName
{
    /// <summary>The longest part of a name (RFC 1035, 2.3.4).</summary>
    public const int MaxLabelBytes = 63;

    private const int MaxLength = 253;

    /// <summary>Whether a name, without a dot at its end, has only letters, digits, hyphens and underscores and is not too long.</summary>
    public static bool IsValid(string name) =>
        name.Length <= MaxLength && Array.TrueForAll(name.Split('.'), l => l.Length is > 0 and <= MaxLabelBytes && l.All(IsPlain));

    /// <summary>Whether a byte of a name can be written as it is; any other could change what the text around it means.</summary>
    public static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    /// <summary>Writes a valid name: every part behind its length, and a zero at the end.</summary>
    public static byte[] Write(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
