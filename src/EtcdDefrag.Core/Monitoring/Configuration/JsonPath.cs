using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>
/// Paths of files as JSON has them. In a Windows path with single backslashes each begins an escape: <c>C:\tls\rsa.crt</c> has a tab and a
/// line end in it, and <c>C:\Users</c> is no JSON at all.
/// </summary>
internal static partial class JsonPath
{
    private const string Remedy = @"a backslash begins an escape in JSON: write two (""C:\\tls\\ca.crt""), or slashes (""C:/tls/ca.crt"")";

    /// <summary>Reads the path of a file.</summary>
    public static string FilePath(this LocatedJson value) => value.NonEmpty().Any(char.IsControl)
        ? throw new FormatException($"{value.Quoted} holds control characters, which no path has; {Remedy}")
        : value.Text;

    /// <summary>What to do where the text is not JSON because of an escape; null where it is for another reason.</summary>
    public static string? FindRemedy(ReadOnlySpan<byte> utf8, JsonException notJson)
    {
        for (var line = notJson.LineNumber ?? 0; line > 0; line--)
        {
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        }

        var end = (int)Math.Min(notJson.BytePositionInLine ?? 0, utf8.Length);
        return UnfinishedEscape().IsMatch(Encoding.Latin1.GetString(utf8[..end])) ? Remedy : null;
    }

    [GeneratedRegex(@"\\(u[0-9A-Fa-f]{0,3})?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnfinishedEscape();
}
