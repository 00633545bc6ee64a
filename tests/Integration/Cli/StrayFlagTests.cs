using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;

namespace EtcdDefrag.Integration.Cli;

/// <summary>Flags before a subcommand that does not have them are refused: passed over, a <c>--dry-run</c> would be none.</summary>
public sealed class StrayFlagTests
{
    [Theory]
    [InlineData("'--move-leader' is not a flag of 'etcd-defrag status'.", "--move-leader", "status")]
    [InlineData("'--data-dir' is not a flag of 'etcd-defrag health'.", "--data-dir", "/x", "health")]
    [InlineData("'--dry-run' is not a flag of 'etcd-defrag status'.", "--dry-run", "status")]
    [InlineData("'--force' is not a flag of 'etcd-defrag compact'.", "--force", "compact")]
    [InlineData("'--compaction' is not a flag of 'etcd-defrag alarm disarm'.", "--compaction", "alarm", "disarm", "fake")]
    [InlineData("'--cluster' is not a flag of 'etcd-defrag alarm list'.", "--cluster=false", "alarm", "list")]
    [InlineData("'-w' is not a flag of 'etcd-defrag completion bash'.", "-wjson", "completion", "bash")]
    [InlineData("'--endpoints' is not a flag of 'etcd-defrag completion fish'.", "completion", "fish")]
    [InlineData("'--version' is not a flag of 'etcd-defrag plan'.", "--version", "plan")]
    [InlineData("'--write-out' is not a flag of 'etcd-defrag monitor'.", "--write-out=json", "monitor", "--config", "/x.json")]
    public async Task A_flag_that_the_subcommand_does_not_have_is_refused_and_nothing_is_sent(string problem, params string[] arguments)
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", member.Endpoint, .. arguments]);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(problem, result.Error);
        Assert.Empty(result.Output);
        Assert.Empty(member.Calls);
    }

    [Fact]
    public async Task Help_is_given_all_the_same()
    {
        var result = await InProcessCommand.RunAsync("--move-leader", "status", "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.Output, l => l.Contains("--write-out", StringComparison.Ordinal));
    }
}
