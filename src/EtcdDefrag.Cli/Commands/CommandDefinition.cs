using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli.Commands;

/// <summary>What a command does. The result is the exit code.</summary>
/// <exception cref="UsageException">The command was called wrongly.</exception>
internal delegate Task<int> CommandAction(CommandHost host, FlagValues values, CancellationToken cancellationToken);

/// <summary>A command, or a group of commands.</summary>
internal sealed class CommandDefinition(string name, string description)
{
    public string Name => name;

    public string Description => description;

    /// <summary>What it does; null for a group.</summary>
    public CommandAction? RunAsync { get; init; }

    /// <summary>Its flags, in the order of the help.</summary>
    public IReadOnlyList<FlagGroup> Groups { get; init; } = [];

    /// <summary>What it takes besides flags; null for nothing.</summary>
    public Operand? Operand { get; init; }

    public IReadOnlyList<CommandDefinition> Commands { get; init; } = [];

    public IEnumerable<Flag> Flags => Groups.SelectMany(g => g.Flags);

    public CommandDefinition? Find(string commandName) => Commands.FirstOrDefault(c => c.Name == commandName);
}

/// <summary>The words that a command takes besides its flags.</summary>
internal sealed record Operand(string Name, string Description, int Min, int Max)
{
    /// <summary>As <see cref="Flag.FileEndings"/>.</summary>
    public IReadOnlyList<string>? FileEndings { get; init; }

    /// <summary>Whether the words name a command.</summary>
    public bool NamesCommand { get; init; }

    /// <summary>How it is written in the help: <c>[&lt;revision&gt;]</c>, <c>&lt;member&gt;...</c>.</summary>
    public string Usage => (Min == 0 ? $"[<{Name}>]" : $"<{Name}>") + (Max > 1 ? "..." : "");
}
