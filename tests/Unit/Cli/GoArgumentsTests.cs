using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Unit.Cli;

public sealed class GoArgumentsTests
{
    [Theory]
    [InlineData("--cluster", "--cluster=true")]
    [InlineData("--cluster=T", "--cluster=true")]
    [InlineData("--compaction=0", "--compaction=false")]
    [InlineData("--dry-run false", "--dry-run=true false")]
    [InlineData("-wjson", "-w=json")]
    [InlineData("-w=json", "-w=json")]
    [InlineData("-w json", "-w=json")]
    [InlineData("-w", "-w")]
    [InlineData("-w:json", "-w=:json")]
    [InlineData("--user root --password -wizard9", "--user=root --password=-wizard9")]
    [InlineData("--password --cluster --cluster", "--password=--cluster --cluster=true")]
    [InlineData("--endpoints status status", "--endpoints=status status")]
    [InlineData("--password -- --cluster", "--password=-- --cluster=true")]
    [InlineData("compact -- --cluster -wjson", "compact -- --cluster -wjson")]
    [InlineData("--no-such-flag --cluster", "--no-such-flag --cluster=true")]
    [InlineData("monitor --config -d --dry-run", "monitor --config=-d --dry-run=true")]
    [InlineData("-dexample.test", "-d=example.test")]
    [InlineData("--defrag-rule=", "--defrag-rule ")]
    [InlineData("--defrag-rule=a==b", "--defrag-rule=a==b")]
    [InlineData("--endpoints=http://127.0.0.1:2379", "--endpoints=http://127.0.0.1:2379")]
    [InlineData("status", "status")]
    [InlineData("-h", "-h")]
    public void Gos_forms_become_those_of_the_parser(string given, string wanted)
    {
        Assert.Equal(wanted.Split(' '), GoArguments.Normalize(given.Split(' '), CommandTree.Flags));
    }

    [Theory]
    [InlineData("--cluster=yes")]
    [InlineData("--cluster=tRUE")]
    [InlineData("--cluster=")]
    public void What_is_no_truth_in_Go_is_none_here(string given)
    {
        var wrong = Assert.Throws<UsageException>(() => GoArguments.Normalize([given], CommandTree.Flags));

        Assert.Contains("is neither true nor false", wrong.Message, StringComparison.Ordinal);
    }
}
