namespace EtcdDefrag.Cli.Flags;

/// <summary>A text that was given for a flag, and where.</summary>
internal sealed record GivenValue(string Source, string Text);

/// <summary>
/// The values of a command's flags: from the command line, else from ETCD_DEFRAG_*, else from ETCDCTL_*, else the default. An empty
/// variable counts as none.
/// </summary>
internal sealed class FlagValues(ParsedArguments arguments, Func<string, string?> readVariable)
{
    /// <summary>The flags of the command that was called.</summary>
    public IEnumerable<Flag> Flags => arguments.Command.Flags;

    /// <summary>The words besides flags.</summary>
    public IReadOnlyList<Word> Words => arguments.Words;

    /// <summary>Checks everything that was given for the command's flags, needed or not. <see cref="Get"/> does not fail then.</summary>
    /// <exception cref="UsageException">A text is not a valid value.</exception>
    public void Check()
    {
        foreach (var flag in Flags)
        {
            if (Find(flag) is { } given && flag.FindProblem(given.Text) is { } problem)
            {
                throw new UsageException($"{given.Source}{(flag.IsSecret ? "" : $" '{ShownWord.Of(given.Text)}'")} {problem}.");
            }
        }
    }

    public T Get<T>(Flag<T> flag) => Find(flag) is { } given ? flag.Read(given.Text) : flag.Fallback;

    /// <summary>The text with the highest precedence; null if there is none.</summary>
    public GivenValue? Find(Flag flag) => FindOnCommandLine(flag) ?? FindInEnvironment(flag);

    public bool IsOnCommandLine(Flag flag) => arguments.Given.Contains(flag);

    private GivenValue? FindOnCommandLine(Flag flag) => IsOnCommandLine(flag)
        ? new GivenValue($"--{flag.Name}", flag.IsList ? string.Join(',', arguments.Given[flag]) : arguments.Given[flag].Last())
        : null;

    private GivenValue? FindInEnvironment(Flag flag) => flag.Variables
        .Select(name => readVariable(name) is { Length: > 0 } text ? new GivenValue(name, text) : null)
        .FirstOrDefault(given => given is not null);
}

/// <summary>The command was called wrongly: exit code 64, and nothing was sent.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
