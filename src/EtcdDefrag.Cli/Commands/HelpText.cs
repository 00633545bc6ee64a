using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli.Commands;

/// <summary>The help of a command.</summary>
internal static class HelpText
{
    // Keeps a default in one line; shown as a blank.
    private const char NoBreak = '\u00a0';

    private const string Variables = "Each flag can also be set in the environment, for example --dry-run as ETCD_DEFRAG_DRY_RUN. "
        + "etcdctl's own flags can be set as ETCDCTL_ENDPOINTS and the like, too.";

    /// <summary><c>etcd-defrag help COMMAND</c>.</summary>
    public static Task<int> ShowAsync(CommandHost host, FlagValues values, CancellationToken cancellationToken)
    {
        var (command, path) = (CommandTree.Root, CommandTree.Root.Name);
        foreach (var word in values.Words)
        {
            command = command.Find(word.Text)
                ?? throw new UsageException($"'{path}' has no command '{ShownWord.Of(word.Text)}'; see '{path} --help'.");
            path += $" {command.Name}";
        }

        Show(host, command, path);
        return Task.FromResult(ExitCode.Done);
    }

    public static void Show(CommandHost host, CommandDefinition command, string path)
    {
        foreach (var line in Write(command, path, host.ReadWidth()))
        {
            host.Output.WriteLine(line);
        }
    }

    /// <summary>The lines of the help.</summary>
    /// <param name="command">The command.</param>
    /// <param name="path">Its full name.</param>
    /// <param name="width">How many columns a line may have.</param>
    public static IEnumerable<string> Write(CommandDefinition command, string path, int width)
    {
        var usage = command.Operand is { } operand ? $" {operand.Usage}" : "";
        (string, string)[] operands = command.Operand is null ? [] : [($"  <{command.Operand.Name}>", command.Operand.Description)];
        return
        [
            .. Wrap(command.Description, width),
            "",
            "Usage:",
            .. command.RunAsync is null ? Array.Empty<string>() : [$"  {path}{usage} [flags]"],
            .. command.Commands.Count == 0 ? Array.Empty<string>() : [$"  {path} <command> [flags]"],
            .. Section("Commands", command.Commands.Select(c => ($"  {c.Name} {c.Operand?.Usage}".TrimEnd(), c.Description)), width),
            .. Section("Arguments", operands, width),
            .. command.Groups.SelectMany(group => Section(group.Title, group.Flags.Select(Row), width)),
            .. Section("Help", [Row(ArgumentParser.Help)], width),
            .. command.Groups.Count == 0 ? [] : Wrap(Variables, width).Prepend(""),
        ];
    }

    private static (string Left, string Right) Row(Flag flag)
    {
        var words = flag.Letter is { } letter ? $"  -{letter}, --{flag.Name}" : $"      --{flag.Name}";
        return (
            flag.IsSwitch ? words : $"{words} <{flag.ValueName}>",
            flag.Default is null ? flag.Description : $"{flag.Description} [default:{NoBreak}{flag.Default}]");
    }

    /// <summary>Rows in two columns under a title. A left side that is too long for its column has a line of its own.</summary>
    private static IEnumerable<string> Section(string title, IEnumerable<(string Left, string Right)> rows, int width)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
        {
            return [];
        }

        var column = Math.Min(all.Max(r => r.Left.Length) + 2, width * 2 / 5);
        return ["", $"{title}:", .. all.SelectMany(row =>
        {
            var isLong = row.Left.Length + 2 > column;
            var right = Wrap(row.Right, width - column).ToArray();
            return (isLong ? right.Prepend("") : right)
                .Select((text, i) => $"{(i == 0 ? row.Left : "").PadRight(column)}{text}".TrimEnd());
        })];
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.Replace(NoBreak, ' ');
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line.Replace(NoBreak, ' ');
    }
}
