using System.Globalization;
using System.Text;
using EtcdDefrag.Text;

namespace EtcdDefrag.Usage;

/// <summary>
/// The prefix under which a key is counted: its first parts, up to a depth. Kubernetes' keys are understood: below <c>/registry/</c> the
/// first part is the resource, with its group, and the second one the namespace, where there is one.
/// </summary>
internal static class KeyPrefix
{
    /// <summary>Longer prefixes are cut: one that is shorter is a prefix too.</summary>
    private const int MaxBytes = 512;
    private const byte Separator = (byte)'/';

    /// <summary>How many bytes of the key are its prefix.</summary>
    public static int Measure(ReadOnlySpan<byte> key, int depth)
    {
        const int MinKubernetesParts = 2;
        var end = key.StartsWith("/registry/"u8) ? "/registry/".Length : key.StartsWith("/"u8) ? 1 : 0;
        var isKubernetes = end > 1;
        for (var level = 0; level < depth; level++)
        {
            var next = EndOfPart(key, end);
            if (next < 0)
            {
                break;
            }

            // A group, and the services' two kinds of objects, are no resource without the part behind them.
            if (isKubernetes && level == 0 && (key[end..next].Contains((byte)'.') || key[end..next].SequenceEqual("services/"u8)))
            {
                next = EndOfPart(key, next) is > 0 and var longer ? longer : next;
            }

            // What has no namespace has its name where others have theirs, and no part behind it.
            if (isKubernetes && level + 1 == MinKubernetesParts && EndOfPart(key, end) < 0)
            {
                break;
            }

            end = next;
        }

        return Math.Min(end, MaxBytes);
    }

    /// <summary>A key or a prefix as text: what is not valid UTF-8 as <c>\x00</c>, what a terminal acts on escaped, and bounded.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var isCut = bytes.Length > MaxBytes;
        for (var rest = isCut ? bytes[..MaxBytes] : bytes; rest.Length > 0;)
        {
            var isValid = Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(isValid ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $@"\x{rest[0]:x2}"));
            rest = rest[(isValid ? length : 1)..];
        }

        return DisplayText.Value(isCut ? text.Append("...").ToString() : text.ToString());
    }

    private static int EndOfPart(ReadOnlySpan<byte> key, int from)
    {
        var at = key[from..].IndexOf(Separator);
        return at < 0 ? -1 : from + at + 1;
    }
}
