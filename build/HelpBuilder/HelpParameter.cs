using System.Text.RegularExpressions;

namespace EtcdDefrag.HelpBuilder;

/// <summary>One parameter, as its description and the yaml block under it say.</summary>
internal sealed partial record HelpParameter
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Description { get; init; }

    public required string TypeName { get; init; }

    public required string DefaultValue { get; init; }

    public required string Aliases { get; init; }

    public required bool SupportsWildcards { get; init; }

    public required IReadOnlyList<string> AcceptedValues { get; init; }

    public required IReadOnlyList<HelpParameterSet> ParameterSets { get; init; }

    /// <summary>The type as a user types it: <c>String[]</c>, <c>Double</c>.</summary>
    public string ShortTypeName => TypeName[(TypeName.LastIndexOf('.') + 1)..];

    public bool IsSwitch => ShortTypeName == "SwitchParameter";

    /// <summary>How the parameter stands in a parameter set; null where it does not belong to it.</summary>
    public HelpParameterSet? In(string parameterSet) =>
        ParameterSets.FirstOrDefault(s => s.Name == parameterSet || s.Name == HelpParameterSet.All || parameterSet == HelpParameterSet.Default);

    /// <summary>Reads a parameter's part of a page.</summary>
    /// <exception cref="HelpPageException">It has no description or no yaml block.</exception>
    public static HelpParameter Of(string path, HelpPart part)
    {
        var block = YamlBlock().Match(part.Body);
        var description = block.Success ? PlainText.Paragraphs(part.Body[..block.Index]) : [];
        if (description.Count == 0)
        {
            throw new HelpPageException(path, $"-{part.Title} has no description followed by a yaml block.");
        }

        var yaml = block.Groups["yaml"].Value;
        return new HelpParameter
        {
            Name = part.Title,
            Description = description,
            TypeName = Read(yaml, "Type"),
            DefaultValue = Read(yaml, "DefaultValue"),
            Aliases = string.Join(", ", ReadList(yaml, "Aliases")),
            SupportsWildcards = Read(yaml, "SupportsWildcards") == "true",
            AcceptedValues = ReadList(yaml, "AcceptedValues"),
            ParameterSets = [.. ParameterSet().Matches(yaml).Select(m => HelpParameterSet.Of(m.Value))],
        };
    }

    /// <summary>The value of a key; an empty string where there is none.</summary>
    internal static string Read(string yaml, string key) =>
        Regex.Match(yaml, $@"^[ -]*{key}: *(?<value>.*)$", RegexOptions.Multiline).Groups["value"].Value.Trim().Trim('\'');

    private static string[] ReadList(string yaml, string key) =>
        [.. Regex.Match(yaml, $@"^{key}:\n(?<items>(?:- .*\n?)+)", RegexOptions.Multiline)
            .Groups["items"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[2..].Trim())];

    [GeneratedRegex(@"^```yaml\n(?<yaml>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex(@"^- Name: .*\n(?:  .*\n?)+", RegexOptions.Multiline)]
    private static partial Regex ParameterSet();
}

/// <summary>How a parameter stands in one parameter set.</summary>
/// <param name="Name">The parameter set's name.</param>
/// <param name="Position">Its place among the arguments without names, or <c>Named</c>.</param>
/// <param name="IsRequired">Whether the call needs it.</param>
/// <param name="PipelineInput">Whether and how it takes objects from the pipeline, in Get-Help's words.</param>
internal sealed record HelpParameterSet(string Name, string Position, bool IsRequired, string PipelineInput)
{
    /// <summary>What stands for every parameter set.</summary>
    public const string All = "(All)";

    /// <summary>The name of the one parameter set of a cmdlet without several.</summary>
    public const string Default = "__AllParameterSets";

    public static HelpParameterSet Of(string yaml)
    {
        string[] ways =
        [
            .. HelpParameter.Read(yaml, "ValueFromPipeline") == "true" ? ["ByValue"] : Array.Empty<string>(),
            .. HelpParameter.Read(yaml, "ValueFromPipelineByPropertyName") == "true" ? ["ByPropertyName"] : Array.Empty<string>(),
        ];
        return new HelpParameterSet(
            HelpParameter.Read(yaml, "Name"), HelpParameter.Read(yaml, "Position"), HelpParameter.Read(yaml, "IsRequired") == "true",
            ways.Length == 0 ? "False" : $"True ({string.Join(", ", ways)})");
    }
}
