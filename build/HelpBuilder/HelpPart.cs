namespace EtcdDefrag.HelpBuilder;

/// <summary>A heading and what stands under it.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Body">What stands under it, without empty lines around.</param>
internal sealed record HelpPart(string Title, string Body)
{
    /// <summary>Cuts a text at its headings. What stands before the first is left out; code blocks are left whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mark">What begins a heading, such as <c>## </c>.</param>
    public static IReadOnlyList<HelpPart> Split(string text, string mark)
    {
        var parts = new List<HelpPart>();
        var isCode = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!isCode && line.StartsWith(mark, StringComparison.Ordinal))
            {
                parts.Add(new HelpPart(line[mark.Length..], ""));
            }
            else if (parts.Count > 0)
            {
                parts[^1] = parts[^1] with { Body = parts[^1].Body + line + '\n' };
            }
        }

        return [.. parts.Select(p => p with { Body = p.Body.Trim() })];
    }
}
