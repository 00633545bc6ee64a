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
    [InlineData("etcd-defrag --defrag-rule dbQ", "dbQuota dbQuotaUsage")]
    [InlineData("etcd-defrag --defrag-rule 'dbSizeFree > 1M && isLea", "dbSizeFree > 1M && isLeader dbSizeFree > 1M && isLearner")]
    [InlineData("etcd-defrag --defrag-rule=dbSize==dbSizeF", "--defrag-rule=dbSize==dbSizeFree")]
    [InlineData("etcd-defrag --continue-on-error=", "--continue-on-error=true --continue-on-error=false")]
    [InlineData("etcd-defrag help al", "alarm")]
    [InlineData("etcd-defrag help alarm d", "disarm")]
    [InlineData("etcd-defrag help nobody ", "--help")]
    [InlineData("etcd-defrag --cacert ", "")]
    [InlineData("etcd-defrag", "")]
    [InlineData("", "")]
    public void A_line_is_continued_with_commands_flags_and_values(string line, string suggestions) =>
        Assert.Equal(suggestions, string.Join(' ', ShellCompletion.Answer(CommandTree.Root, [$"[suggest:{line.Length}]", line])!));

    [Theory]
    [InlineData("etcd-defrag alarm d", "disarm\tClears the NOSPACE alarm of the named members, if every member's database file is below --disalarm-threshold")]
    [InlineData("etcd-defrag --clu", "--cluster\tUse all endpoints from the cluster's member list")]
    [InlineData("etcd-defrag --policy o", "OpenShift\tat least 45% fragmented, and at least 100 MiB large")]
    [InlineData("etcd-defrag -w t", "table\ta table with a frame")]
    [InlineData("etcd-defrag --defrag-rule hasN", "hasNoSpaceAlarm\tNOSPACE is armed (true or false)")]
    [InlineData("etcd-defrag --cacert ", "[files:crt pem cer]")]
    [InlineData("etcd-defrag --cert=./a", "[files:crt pem cer pfx p12]")]
    [InlineData("etcd-defrag monitor --config ", "[files:json jsonc]")]
    [InlineData("etcd-defrag snapshot save ./b", "[files]")]
    [InlineData("etcd-defrag snapshot save a.db ./b", "")]
    [InlineData("etcd-defrag snapshot save --ove", "--overwrite\tReplace the file if there is one of that name")]
    [InlineData("etcd-defrag compact ./", "")]
    public void What_is_offered_is_described_and_files_are_left_to_the_shell(string line, string suggestions) =>
        Assert.Equal(suggestions, string.Join(' ', ShellCompletion.Answer(CommandTree.Root, [$"[suggest:{line.Length}]", line, "described"])!));

    [Fact]
    public void Every_value_with_a_choice_says_what_it_means() => Assert.All(
        CommandTree.Flags.SelectMany(f => f.Choices), c => Assert.Matches(@"^[^\t\n]{5,}$", c.Description));

    [Fact]
    public void Only_what_is_before_the_cursor_counts() =>
        Assert.Equal(["status"], ShellCompletion.Answer(CommandTree.Root, ["[suggest:14]", "etcd-defrag st --cluster"])!);

    [Theory]
    [InlineData]
    [InlineData("status", "[suggest:3]")]
    [InlineData("[diagram]", "status")]
    [InlineData("[suggest:3]")]
    [InlineData("[suggest:3]", "status", "other")]
    public void Other_arguments_are_no_question(params string[] arguments) => Assert.Null(ShellCompletion.Answer(CommandTree.Root, arguments));
}
