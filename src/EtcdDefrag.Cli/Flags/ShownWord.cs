using EtcdDefrag.Connection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Flags;

/// <summary>What a message repeats of the command line: nothing that may be a secret.</summary>
internal static class ShownWord
{
    private const string Hidden = "***";

    /// <summary>A value or a word that is no flag, without user information and without a query.</summary>
    public static string Of(string text) => DisplayText.Value(EtcdEndpoint.Redact(text));

    /// <summary>
    /// A word that looks like a flag and is none. In <c>--password:SECRET</c>, <c>--passwordSECRET</c> and <c>-pSECRET</c> a value is glued
    /// to what is meant for the name.
    /// </summary>
    public static string OfUnknownFlag(string word, IEnumerable<Flag> known)
    {
        var start = word.Length - word.TrimStart('-', '/').Length;
        var colon = word.IndexOf(':');
        var name = colon < 0 ? word : word[..colon];
        var bare = name[start..];
        var glued = known.Where(f => f.IsSecret && bare.StartsWith(f.Name, StringComparison.OrdinalIgnoreCase)).MaxBy(f => f.Name.Length);
        var isLetter = name is ['-', not '-', _, ..] && !known.Any(f => bare.Equals(f.Name, StringComparison.OrdinalIgnoreCase));
        var shown = glued is not null ? name[..(start + glued.Name.Length)] : isLetter ? name[..2] : name;
        return shown.Length == word.Length ? Of(word) : DisplayText.Value(shown) + Hidden;
    }
}
