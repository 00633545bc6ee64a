using System.Text.RegularExpressions;

namespace EtcdDefrag.HelpBuilder;

/// <summary>The help of one cmdlet, as its page in docs/en-US says it (the schema of Microsoft.PowerShell.PlatyPS 1.0).</summary>
internal sealed record HelpPage
{
    private static readonly string[] Sections =
        ["SYNOPSIS", "SYNTAX", "ALIASES", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    public required string Name { get; init; }

    public required string Synopsis { get; init; }

    public required IReadOnlyList<HelpSyntax> Syntax { get; init; }

    public required IReadOnlyList<string> Description { get; init; }

    public required IReadOnlyList<HelpExample> Examples { get; init; }

    public required IReadOnlyList<HelpParameter> Parameters { get; init; }

    public required IReadOnlyList<HelpPart> Inputs { get; init; }

    public required IReadOnlyList<HelpPart> Outputs { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<HelpLink> Links { get; init; }

    /// <summary>Reads a page.</summary>
    /// <exception cref="HelpPageException">A section is missing or empty.</exception>
    public static HelpPage Read(string path)
    {
        var sections = HelpPart.Split(File.ReadAllText(path), "## ").ToDictionary(p => p.Title, p => p.Body, StringComparer.Ordinal);
        if (Array.Find(Sections, s => !sections.ContainsKey(s)) is { } missing)
        {
            throw new HelpPageException(path, $"There is no section '## {missing}'.");
        }

        return new HelpPage
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Synopsis = PlainText.Of(sections["SYNOPSIS"]),
            Syntax = [.. HelpPart.Split(sections["SYNTAX"], "### ").Select(HelpSyntax.Of)],
            Description = PlainText.Paragraphs(sections["DESCRIPTION"]),
            Examples = [.. HelpPart.Split(sections["EXAMPLES"], "### ").Select(HelpExample.Of)],
            Parameters = [.. HelpPart.Split(sections["PARAMETERS"], "### -").Select(p => HelpParameter.Of(path, p))],
            Inputs = HelpPart.Split(sections["INPUTS"], "### "),
            Outputs = HelpPart.Split(sections["OUTPUTS"], "### "),
            Notes = PlainText.Paragraphs(sections["NOTES"]),
            Links = HelpLink.Find(sections["RELATED LINKS"]),
        };
    }
}

/// <summary>One form of a call.</summary>
/// <param name="ParameterSet">The parameter set's name.</param>
/// <param name="Text">The call as Get-Command shows it.</param>
internal sealed record HelpSyntax(string ParameterSet, string Text)
{
    public static HelpSyntax Of(HelpPart part) => new(part.Title.Replace(" (Default)", "", StringComparison.Ordinal), part.Body);
}

/// <summary>One example.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">What is typed.</param>
/// <param name="Remarks">What comes of it.</param>
internal sealed partial record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks)
{
    public static HelpExample Of(HelpPart part)
    {
        var code = CodeBlock().Matches(part.Body).Select(m => m.Groups["code"].Value.TrimEnd());
        return new HelpExample(part.Title, string.Join("\n\n", code), PlainText.Paragraphs(CodeBlock().Replace(part.Body, "")));
    }

    [GeneratedRegex(@"^```powershell\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}

/// <summary>A page to read besides.</summary>
/// <param name="Text">Its name.</param>
/// <param name="Address">Where it is; empty for a page of help.</param>
internal sealed partial record HelpLink(string Text, string Address)
{
    public static IReadOnlyList<HelpLink> Find(string body) => [.. Link().Matches(body).Select(m =>
        new HelpLink(m.Groups["text"].Value, m.Groups["address"].Value is var a && a.StartsWith("http", StringComparison.Ordinal) ? a : ""))];

    [GeneratedRegex(@"^- \[(?<text>[^\]]+)\]\((?<address>[^)]+)\)$", RegexOptions.Multiline)]
    private static partial Regex Link();
}
