using System.Text.RegularExpressions;

namespace EtcdDefrag.HelpBuilder;

/// <summary>Markdown's text without its marks, for a screen that shows none.</summary>
internal static partial class PlainText
{
    /// <summary>The text in one line.</summary>
    public static string Of(string markdown)
    {
        var text = Link().Replace(markdown, "${text}");
        text = Mark().Replace(text, "${text}");
        return Blank().Replace(text, " ").Trim();
    }

    /// <summary>The text's paragraphs; each item of a list is one.</summary>
    public static IReadOnlyList<string> Paragraphs(string markdown) =>
        [.. ParagraphEnd().Split(markdown.Trim()).Select(Of).Where(p => p.Length > 0)];

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<text>[^`]+)`|\*\*(?<text>[^*]+)\*\*")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"\n\s*\n|\n(?=- )")]
    private static partial Regex ParagraphEnd();
}
