using System.Text;

namespace EtcdDefrag.HelpBuilder;

/// <summary>An about topic as Get-Help shows it: plain text, headings in capitals, lines of at most 80 characters.</summary>
internal static class AboutTopic
{
    private const int Width = 80;
    private const string Indent = "    ";

    /// <summary>Formats a topic's Markdown.</summary>
    /// <exception cref="HelpPageException">It has something in it that plain text cannot show.</exception>
    public static string Format(string path)
    {
        var parts = HelpPart.Split(File.ReadAllText(path), "## ");
        if (parts.Count == 0 || parts[0].Title != "SHORT DESCRIPTION")
        {
            throw new HelpPageException(path, "The first section of an about topic is '## SHORT DESCRIPTION'.");
        }

        var text = new StringBuilder().Append("TOPIC\n").Append(Indent).Append(Path.GetFileNameWithoutExtension(path)).Append('\n');
        foreach (var part in parts)
        {
            text.Append('\n').Append(part.Title.ToUpperInvariant()).Append('\n');
            AppendBody(path, text, part.Body);
            while (text[^2] == '\n')
            {
                text.Length--;
            }
        }

        return text.ToString();
    }

    private static void AppendBody(string path, StringBuilder text, string body)
    {
        var blocks = body.Split("```");
        for (var i = 0; i < blocks.Length; i++)
        {
            if (i % 2 == 1)
            {
                AppendCode(text, blocks[i]);
            }
            else
            {
                AppendProse(path, text, blocks[i]);
            }
        }
    }

    private static void AppendCode(StringBuilder text, string block)
    {
        // The first line says the language.
        foreach (var line in block.TrimEnd().Split('\n').Skip(1))
        {
            text.Append(line.Length == 0 ? "" : Indent + Indent + line).Append('\n');
        }

        text.Append('\n');
    }

    private static void AppendProse(string path, StringBuilder text, string prose)
    {
        if (prose.Split('\n').Any(l => l.StartsWith('|')))
        {
            throw new HelpPageException(path, "A table cannot be shown in an about topic: write a list.");
        }

        foreach (var paragraph in PlainText.Paragraphs(prose))
        {
            AppendWrapped(text, paragraph);
        }
    }

    private static void AppendWrapped(StringBuilder text, string paragraph)
    {
        var hanging = paragraph.StartsWith("- ", StringComparison.Ordinal) ? Indent + "  " : Indent;
        var line = new StringBuilder(Indent);
        var isEmpty = true;
        foreach (var word in paragraph.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(hanging);
                isEmpty = true;
            }

            line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }

        text.Append(line).Append("\n\n");
    }
}
