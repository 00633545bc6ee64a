using System.Text.RegularExpressions;
using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Unit.Support;
using YamlDotNet.RepresentationModel;

namespace EtcdDefrag.Unit.Examples;

/// <summary>Every command line in the examples is one that the command takes.</summary>
public sealed partial class CommandLineTests
{
    private const string Program = "/usr/local/bin/etcd-defrag ";

    public static TheoryData<string, string> Lines => new()
    {
        { "timer", UnitLine("etcd-defrag.service") },
        { "monitor", UnitLine("etcd-defrag-monitor.service") },
        { "cron", CronEntry().Match(CronLine()).Groups["command"].Value },
        { "CronJob", string.Join(' ', KubernetesArguments("cronjob.yaml", 0, "spec", "jobTemplate", "spec", "template", "spec", "containers")) },
        { "Deployment", string.Join(' ', KubernetesArguments("monitor.yaml", 1, "spec", "template", "spec", "containers")) },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void It_is_one_that_the_command_takes(string name, string line)
    {
        Assert.False(string.IsNullOrWhiteSpace(line), name);
        var parsed = ArgumentParser.Parse(CommandTree.Root, line.Split(' '));

        Assert.Empty(parsed.Problems);
        new FlagValues(parsed, _ => null).Check();
    }

    [Fact]
    public void The_cron_line_is_in_the_form_of_cron_d()
    {
        var entry = CronEntry().Match(CronLine());
        Assert.True(entry.Success, CronLine());
        Assert.Equal("nobody", entry.Groups["user"].Value);

        // In a crontab a bare % ends the command.
        Assert.DoesNotContain('%', CronLine());
    }

    private static string UnitLine(string unit) =>
        File.ReadAllLines(Repository.PathOf("examples", "systemd", unit)).Single(l => l.StartsWith("ExecStart=", StringComparison.Ordinal))[("ExecStart=" + Program).Length..];

    private static string CronLine() =>
        File.ReadAllLines(Repository.PathOf("examples", "cron", "etcd-defrag")).Single(l => l.Length > 0 && char.IsAsciiDigit(l[0]));

    private static string[] KubernetesArguments(string file, int document, params string[] containers) =>
        ((YamlSequenceNode)YamlExample.Read("kubernetes", file)[document].At(containers)).Single().TextsAt("args");

    [GeneratedRegex(@"^(?:[0-5]?\d) (?:1?\d|2[0-3]) \* \* \* (?<user>[a-z]+) etcd-defrag (?<command>.+)$", RegexOptions.None, 10_000)]
    private static partial Regex CronEntry();
}
