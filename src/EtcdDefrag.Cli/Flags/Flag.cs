namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// A flag. Its value is a text from the command line or from a variable of the environment. If the flag is given several times, the
/// last value counts; a list joins them all.
/// </summary>
/// <param name="name">The name without its hyphens.</param>
internal abstract class Flag(string name)
{
    public string Name => name;

    public required string Description { get; init; }

    /// <summary>What stands for the value in the help; null for a switch, which is on when it is named.</summary>
    public string? ValueName { get; init; }

    /// <summary>The default as the help shows it; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>The letter of the short form.</summary>
    public char? Letter { get; init; }

    /// <summary>Whether it is one of etcdctl's global flags, which can also be set by etcdctl's variable.</summary>
    public bool IsEtcdctls { get; init; }

    /// <summary>Whether it is a list of addresses. They may contain passwords, which are not shown.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether the value is left out of every message.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The values that a shell completes.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Whether a choice is completed anywhere in the value, as the last name in it.</summary>
    public bool CompletesLastName { get; init; }

    /// <summary>How the files end that a shell completes, without the dot; empty for any file, null where the value is no file.</summary>
    public IReadOnlyList<string>? FileEndings { get; init; }

    public bool IsSwitch => ValueName is null;

    /// <summary>The words that name it on the command line.</summary>
    public IEnumerable<string> Words => Letter is { } letter ? [$"--{Name}", $"-{letter}"] : [$"--{Name}"];

    /// <summary>The variables that set it, in order of precedence.</summary>
    public IEnumerable<string> Variables =>
        IsEtcdctls ? [$"ETCD_DEFRAG_{VariableSuffix}", $"ETCDCTL_{VariableSuffix}"] : [$"ETCD_DEFRAG_{VariableSuffix}"];

    private string VariableSuffix => Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The end of a sentence that begins with the text, if it is not a valid value; else null.</summary>
    public abstract string? FindProblem(string text);
}

/// <summary>A flag with the type of its value.</summary>
/// <param name="name">The name without its hyphens.</param>
/// <param name="read">Reads the value; throws <see cref="FormatException"/> with the message of <see cref="Flag.FindProblem"/>.</param>
/// <param name="fallback">The value if none is given.</param>
internal sealed class Flag<T>(string name, Func<string, T> read, T fallback) : Flag(name)
{
    public T Fallback => fallback;

    public T Read(string text) => read(text);

    public override string? FindProblem(string text)
    {
        try
        {
            read(text);
            return null;
        }
        catch (FormatException invalid)
        {
            return invalid.Message;
        }
    }
}

/// <summary>A value that a shell completes, and what it means.</summary>
internal sealed record Choice(string Text, string Description);

/// <summary>Flags under a heading of the help.</summary>
internal sealed record FlagGroup(string Title, IReadOnlyList<Flag> Flags);
