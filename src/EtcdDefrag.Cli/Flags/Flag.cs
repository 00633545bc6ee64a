using System.CommandLine;

namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// A flag in Go's manner: its value is a text, from wherever it comes, and is read in one way. The last one given counts, or all of
/// them where it is a list.
/// </summary>
internal abstract class Flag
{
    private readonly Lazy<Option> _option;

    protected Flag(string name)
    {
        Name = name;
        _option = new Lazy<Option>(CreateOption);
    }

    /// <summary>The name without its hyphens.</summary>
    public string Name { get; }

    public required string Description { get; init; }

    /// <summary>What stands for the value in the help; null for a flag that is on where it is named.</summary>
    public string? ValueName { get; init; }

    /// <summary>The default as the help shows it; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>The letter of the short form.</summary>
    public char? Letter { get; init; }

    /// <summary>Whether it is one of etcdctl's global flags, which has a variable of etcdctl's too.</summary>
    public bool IsEtcdctls { get; init; }

    /// <summary>Whether it is a list of addresses, which may hold what must not be shown.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether its value is in no message.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What a shell may offer as its value.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public bool IsSwitch => ValueName is null;

    public Option Option => _option.Value;

    /// <summary>Reads a text and throws its value away.</summary>
    /// <exception cref="FormatException">It cannot be a value; the message is the end of a sentence about the text.</exception>
    public abstract void Check(string text);

    /// <summary>The variables that stand in for it, the first to be asked first.</summary>
    public IEnumerable<string> Variables =>
        IsEtcdctls ? [$"ETCD_DEFRAG_{VariableEnding}", $"ETCDCTL_{VariableEnding}"] : [$"ETCD_DEFRAG_{VariableEnding}"];

    private string VariableEnding => Name.Replace('-', '_').ToUpperInvariant();

    private Option CreateOption()
    {
        // Values are read apart from the command line, since they also come from the environment.
        var option = IsSwitch
            ? new Option<bool>($"--{Name}") { CustomParser = _ => true, Arity = ArgumentArity.ZeroOrMore }
            : (Option)new Option<string[]>($"--{Name}") { HelpName = ValueName, CustomParser = _ => [] };
        option.Description = Default is null ? Description : $"{Description} [default: {Default}]";
        if (Letter is { } letter)
        {
            option.Aliases.Add($"-{letter}");
        }

        if (Choices.Count > 0)
        {
            option.CompletionSources.Add(_ => Choices.Select(c => new System.CommandLine.Completions.CompletionItem(c)));
        }

        return option;
    }
}

/// <summary>A flag with the type of its value.</summary>
/// <param name="name">The name without its hyphens.</param>
/// <param name="read">Reads the value; throws <see cref="FormatException"/> with the end of a sentence about the text.</param>
/// <param name="fallback">The value where none is given.</param>
internal sealed class Flag<T>(string name, Func<string, T> read, T fallback) : Flag(name)
{
    public T Fallback => fallback;

    public T Read(string text) => read(text);

    public override void Check(string text) => _ = read(text);
}
