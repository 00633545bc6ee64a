using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Completion;

namespace EtcdDefrag.Unit.Cli;

/// <summary>What the shells' scripts are answered.</summary>
public sealed class ShellCompletionTests
{
    [Theory]
    [InlineData("etcd-defrag st", "status")]
    [InlineData("/usr/bin/etcd-defrag comp", "compact completion")]
    [InlineData("etcd-defrag --cluster pl", "plan")]
    [InlineData("etcd-defrag --endpoints 'a b' st", "status")]
    [InlineData("etcd-defrag alarm ", "list disarm --help")]
    [InlineData("etcd-defrag alarm d", "disarm")]
    [InlineData("etcd-defrag completion ", "bash zsh fish powershell --help")]
    [InlineData("etcd-defrag --keep", "--keepalive-time --keepalive-timeout")]
    [InlineData("etcd-defrag --KEEP", "--keepalive-time --keepalive-timeout")]
    [InlineData("etcd-defrag status --cl", "--cluster")]
    [InlineData("etcd-defrag status --move", "")]
    [InlineData("etcd-defrag --policy ", "Balanced OpenShift MicroShift UpstreamAlert")]
    [InlineData("etcd-defrag --policy o", "OpenShift")]
    [InlineData("etcd-defrag --policy=O", "--policy=OpenShift")]
    [InlineData("etcd-defrag status -w ta", "table")]
    [InlineData("etcd-defrag monitor -w ", "text json")]
    [InlineData("etcd-defrag --endpoints ", "")]
    [InlineData("etcd-defrag", "")]
    [InlineData("", "")]
    public void A_line_is_continued_with_commands_flags_and_values(string line, string suggestions) =>
        Assert.Equal(suggestions, string.Join(' ', ShellCompletion.Answer(CommandTree.Root, [$"[suggest:{line.Length}]", line])!));

    [Fact]
    public void Only_what_is_before_the_cursor_counts() =>
        Assert.Equal(["status"], ShellCompletion.Answer(CommandTree.Root, ["[suggest:14]", "etcd-defrag st --cluster"])!);

    [Theory]
    [InlineData]
    [InlineData("status", "[suggest:3]")]
    [InlineData("[diagram]", "status")]
    [InlineData("[suggest:3]")]
    public void Other_arguments_are_no_question(params string[] arguments) => Assert.Null(ShellCompletion.Answer(CommandTree.Root, arguments));
}
