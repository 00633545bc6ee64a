using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Output;

namespace EtcdDefrag.Unit.Cli;

/// <summary>The help of every command, in every width.</summary>
public sealed class HelpTextTests
{
    public static TheoryData<string> Commands => [.. Paths(CommandTree.Root, "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task It_names_every_flag_and_every_command_within_the_width(string path)
    {
        var words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var command = words.Aggregate(CommandTree.Root, (parent, name) => parent.Find(name)!);
        foreach (var width in (int[])[60, 80, 100, 120])
        {
            var help = await RunAsync(width, [.. words, "--help"]);

            Assert.Equal(help, await RunAsync(width, ["help", .. words]));
            Assert.All(help, line => Assert.InRange(line.Length, 0, width));
            Assert.All(help, line => Assert.Equal(line.TrimEnd(), line));
            Assert.All(command.Flags, flag =>
            {
                var value = flag.IsSwitch ? "" : $" <{flag.ValueName}>";
                var ending = flag.Default is null ? "" : $" [default: {flag.Default}]";
                Assert.Contains(help, l => $"{l} ".Contains($" --{flag.Name}{value} ", StringComparison.Ordinal));
                Assert.Contains(Unwrapped(flag.Description + ending), Unwrapped(help), StringComparison.Ordinal);
            });
            Assert.All(command.Commands, c => Assert.Contains(help, l => l.StartsWith($"  {c.Name} ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task It_is_laid_out_like_this() => Assert.Equal(
        """
        Compacts the history of the whole cluster, and waits until every member has removed it from its
        database.

        Usage:
          etcd-defrag compact [<revision>] [flags]

        Arguments:
          <revision>  The revision to compact up to; by default the newest minus --compaction-retain.

        Flags:
              --compaction-retain <revisions>  How many of the newest revisions a compaction keeps, so that
                                               watchers can catch up. [default: 10000]
              --dry-run                        Show what would be done, and change nothing.

        Output flags:
          -w, --write-out <form>  Output format of the results: simple, json (one object per line), table,
                                  fields. [default: simple]
        """.Split('\n').Select(l => l.TrimEnd('\r')),
        (await RunAsync(100, ["compact", "-h"])).Take(17));

    [Fact]
    public async Task A_command_that_does_not_exist_has_no_help()
    {
        using var error = new StringWriter();

        var exitCode = await CommandLine.RunAsync(["help", "alarm", "off\n"], CommandHost.OfProcess() with { Error = new LineOutput(error) });

        Assert.Equal((64, @"'etcd-defrag alarm' has no command 'off\n'; see 'etcd-defrag alarm --help'."), (exitCode, error.ToString().Trim()));
    }

    private static async Task<string[]> RunAsync(int width, string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(arguments, CommandHost.OfProcess() with { Output = new LineOutput(output), ReadWidth = () => width });
        Assert.Equal(0, exitCode);
        return output.ToString().TrimEnd('\n').Split('\n');
    }

    private static string Unwrapped(params string[] lines) =>
        string.Join(' ', lines.SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private static IEnumerable<string> Paths(CommandDefinition command, string path) =>
        command.Commands.SelectMany(c => Paths(c, $"{path} {c.Name}".Trim())).Prepend(path);
}
