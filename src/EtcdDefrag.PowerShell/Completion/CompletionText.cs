using System.Management.Automation.Language;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>Makes a word of a text that came from elsewhere, so that what Tab types stays one argument whatever is in it.</summary>
internal static class CompletionText
{
    /// <summary>Whether a text can be typed: what a terminal acts on is not offered.</summary>
    /// <param name="text">The text.</param>
    public static bool CanBeTyped(string text) => text.Length is > 0 and <= DisplayText.MaxValue && DisplayText.Of(text) == text;

    /// <summary>The text as it is typed: in quotes where it holds anything but letters, digits and the signs that are allowed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="signs">The signs that need no quotes.</param>
    public static string Of(string text, string signs = "") =>
        text.All(c => char.IsLetterOrDigit(c) || signs.Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
