using System.Text;

namespace EtcdDefrag.Client.ServiceLookup.Messages;

/// <summary>A domain name as it stands in a message.</summary>
internal static class DnsName
{
    /// <summary>The longest part of a name (RFC 1035, 2.3.4).</summary>
    public const int MaxLabelBytes = 63;

    private const int MaxLength = 253;

    /// <summary>Whether the name can be asked for: of letters, digits, hyphens and underscores, and no longer than DNS allows.</summary>
    /// <param name="name">The name, without a dot at its end.</param>
    public static bool IsPossible(string name) =>
        name.Length <= MaxLength && Array.TrueForAll(name.Split('.'), l => l.Length is > 0 and <= MaxLabelBytes && l.All(IsPlain));

    /// <summary>Whether a byte of a name can be written as it is; any other could be taken for a part of something else.</summary>
    /// <param name="letter">The byte.</param>
    public static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    /// <summary>Writes a name: every part behind its length, and a zero at the end.</summary>
    /// <param name="name">A name that is possible.</param>
    public static byte[] Write(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
