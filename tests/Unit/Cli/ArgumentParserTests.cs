using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Cli;

/// <summary>Every form that Go's flag packages take, and what is said about those that they do not.</summary>
public sealed class ArgumentParserTests
{
    /// <summary>Flags as they are given to a command, in the order of the line: <c>name=text</c>.</summary>
    [Theory]
    // A switch is on by itself, has its value behind = only, and the last one counts.
    [InlineData("--cluster", "cluster=true")]
    [InlineData("--cluster=true", "cluster=true")]
    [InlineData("--cluster=T", "cluster=T")]
    [InlineData("--cluster=TRUE", "cluster=TRUE")]
    [InlineData("--cluster=1", "cluster=1")]
    [InlineData("--cluster=false", "cluster=false")]
    [InlineData("--compaction=0", "compaction=0")]
    [InlineData("--compaction=f", "compaction=f")]
    [InlineData("--cluster --cluster=F", "cluster=true cluster=F")]
    // A value is behind = or the next word, whatever that looks like.
    [InlineData("--user=root", "user=root")]
    [InlineData("--user root", "user=root")]
    [InlineData("--user root --password -wizard9", "user=root password=-wizard9")]
    [InlineData("--password --cluster --cluster", "password=--cluster cluster=true")]
    [InlineData("--password -- --cluster", "password=-- cluster=true")]
    [InlineData("--password --help --cluster", "password=--help cluster=true")]
    [InlineData("--defrag-rule=", "defrag-rule=")]
    [InlineData("--defrag-rule=a==b", "defrag-rule=a==b")]
    [InlineData("--endpoints=http://127.0.0.1:2379", "endpoints=http://127.0.0.1:2379")]
    // A list can be given several times.
    [InlineData("--endpoints a,b", "endpoints=a,b")]
    [InlineData("--endpoints a --endpoints=b,c", "endpoints=a endpoints=b,c")]
    // A letter takes its value at once, behind = or as the next word.
    [InlineData("-wjson", "write-out=json")]
    [InlineData("-w=json", "write-out=json")]
    [InlineData("-w json", "write-out=json")]
    [InlineData("-w:json", "write-out=:json")]
    [InlineData("-w -d", "write-out=-d")]
    [InlineData("-dexample.test", "discovery-srv=example.test")]
    [InlineData("-d example.test", "discovery-srv=example.test")]
    [InlineData("-dw", "discovery-srv=w")]
    public void A_flag_is_given_in_every_form_that_Go_takes(string line, string given)
    {
        var parsed = Parse(line);

        Assert.Empty(parsed.Problems);
        Assert.Equal("etcd-defrag", parsed.Path);
        Assert.Empty(parsed.Words);
        Assert.Equal(given.Split(' ').Order(), parsed.Given.SelectMany(g => g.Select(text => $"{g.Key.Name}={text}")).Order());
    }

    [Theory]
    [InlineData("status", "etcd-defrag status", "", "")]
    [InlineData("--cluster status", "etcd-defrag status", "cluster", "")]
    [InlineData("status --cluster", "etcd-defrag status", "cluster", "")]
    [InlineData("--endpoints status status", "etcd-defrag status", "endpoints", "")]
    [InlineData("alarm list", "etcd-defrag alarm list", "", "")]
    [InlineData("alarm --endpoints a list", "etcd-defrag alarm list", "endpoints", "")]
    [InlineData("--force alarm -wjson disarm m1 --dry-run m2", "etcd-defrag alarm disarm", "force,write-out,dry-run", "m1,m2")]
    [InlineData("alarm disarm list", "etcd-defrag alarm disarm", "", "list")]
    [InlineData("alarm disarm -- --force -", "etcd-defrag alarm disarm", "", "--force,-")]
    [InlineData("compact 5 --endpoints a", "etcd-defrag compact", "endpoints", "5")]
    [InlineData("compact -- -5", "etcd-defrag compact", "", "-5")]
    [InlineData("compact -5 --endpoints a", "etcd-defrag compact", "endpoints", "-5")]
    [InlineData("completion zsh", "etcd-defrag completion zsh", "", "")]
    [InlineData("monitor --config -d --dry-run", "etcd-defrag monitor", "config,dry-run", "")]
    [InlineData("monitor -w json", "etcd-defrag monitor", "output", "")]
    [InlineData("-w json monitor", "etcd-defrag monitor", "output", "")]
    [InlineData("help alarm list", "etcd-defrag help", "", "alarm,list")]
    public void Flags_stand_before_the_subcommand_and_behind_it(string line, string path, string flags, string words)
    {
        var parsed = Parse(line);

        Assert.Empty(parsed.Problems);
        Assert.Equal(path, parsed.Path);
        Assert.Equal(Split(flags), parsed.Given.Select(g => g.Key.Name));
        Assert.Equal(Split(words), parsed.Words.Select(w => w.Text));
    }

    [Theory]
    [InlineData("--cluster=yes", "--cluster 'yes' is neither true nor false.")]
    [InlineData("--cluster=tRUE", "--cluster 'tRUE' is neither true nor false.")]
    [InlineData("--cluster=", "--cluster '' is neither true nor false.")]
    [InlineData("--dry-run false", "Unrecognized command or argument 'false'.")]
    [InlineData("--endpoints", "--endpoints needs a value: --endpoints <host:port,...>.")]
    [InlineData("--cluster -w", "-w needs a value: -w <form>.")]
    [InlineData("monitor --config", "--config needs a value: --config <file>.")]
    [InlineData("monitor -d", "'-d' is not a flag of 'etcd-defrag monitor'.")]
    [InlineData("--no-such-flag", "Unrecognized command or argument '--no-such-flag'.")]
    [InlineData("--no-such-flag value --cluster", "Unrecognized command or argument '--no-such-flag'.")]
    [InlineData("--no-such-flag=value", "Unrecognized command or argument '--no-such-flag'.")]
    [InlineData("--Cluster", "Unrecognized command or argument '--Cluster'.")]
    [InlineData("--clust", "Unrecognized command or argument '--clust'.")]
    [InlineData("-cluster", "Unrecognized command or argument '-cluster'.")]
    [InlineData("--d example.test", "Unrecognized command or argument '--d'.")]
    [InlineData("-x", "Unrecognized command or argument '-x'.")]
    [InlineData("-", "Unrecognized command or argument '-'.")]
    [InlineData("--=x", "Unrecognized command or argument '--'.")]
    [InlineData("@file", "Unrecognized command or argument '@file'.")]
    [InlineData("statsu", "Unrecognized command or argument 'statsu'.")]
    [InlineData("-- status", "Unrecognized command or argument 'status'.")]
    [InlineData("status -- --cluster", "Unrecognized command or argument '--cluster'.")]
    [InlineData("compact 1 2", "Unrecognized command or argument '2'.")]
    [InlineData("status --move-leader", "'--move-leader' is not a flag of 'etcd-defrag status'.")]
    [InlineData("-wjson completion bash", "'-w' is not a flag of 'etcd-defrag completion bash'.")]
    [InlineData("alarm disarm", "The member is missing: 'etcd-defrag alarm disarm <member>...'.")]
    [InlineData("alarm", "'etcd-defrag alarm' needs a command: list, disarm.")]
    [InlineData("--user root SECRET", "Unrecognized argument behind a flag that takes a secret; it is not shown.")]
    [InlineData("--password:SECRET", "Unrecognized command or argument '--password***'.")]
    [InlineData("--passwordSECRET", "Unrecognized command or argument '--password***'.")]
    [InlineData("--PasswordSECRET=x", "Unrecognized command or argument '--Password***'.")]
    [InlineData("--cert-password:SECRET", "Unrecognized command or argument '--cert-password***'.")]
    [InlineData("--user:root:SECRET", "Unrecognized command or argument '--user***'.")]
    [InlineData("--pwd:SECRET", "Unrecognized command or argument '--pwd***'.")]
    [InlineData("/password:SECRET", "Unrecognized command or argument '/password***'.")]
    [InlineData("status -- --passwordSECRET", "Unrecognized command or argument '--password***'.")]
    [InlineData("-Password:SECRET", "Unrecognized command or argument '-Password***'.")]
    [InlineData("-pSECRET", "Unrecognized command or argument '-p***'.")]
    [InlineData("-uroot:SECRET", "Unrecognized command or argument '-u***'.")]
    [InlineData("status http://root:SECRET@a", "Unrecognized command or argument 'http://***@a'.")]
    [InlineData("--hex=u:SECRET@a", "--hex '***@a' is neither true nor false.")]
    [InlineData("--pasword SECRET phrase", "Unrecognized command or argument '--pasword'.")]
    public void What_cannot_be_read_is_named_and_a_secret_is_not(string line, string problem)
    {
        var parsed = Parse(line);

        Assert.Equal([problem], parsed.Problems);
    }

    [Fact]
    public void What_is_shown_is_escaped_and_bounded()
    {
        Assert.Equal(@"Unrecognized command or argument 'a\u001b[2J\n'.", Assert.Single(ArgumentParser.Parse(CommandTree.Root, ["a\u001b[2J\n"]).Problems));
        Assert.Equal(@"--hex '\u202e' is neither true nor false.", Assert.Single(ArgumentParser.Parse(CommandTree.Root, ["--hex=\u202e"]).Problems));
        Assert.InRange(ArgumentParser.Parse(CommandTree.Root, [new string('a', 10_000)]).Problems[0].Length, 1, 500);

        var many = ArgumentParser.Parse(CommandTree.Root, Enumerable.Repeat("word", 500).ToArray()).Problems;
        Assert.Equal((11, "There are 490 more problems of this kind."), (many.Count, many[^1]));
    }

    [Theory]
    [InlineData("--help", "etcd-defrag")]
    [InlineData("-h status", "etcd-defrag status")]
    [InlineData("alarm disarm -h", "etcd-defrag alarm disarm")]
    [InlineData("--no-such-flag --help", "etcd-defrag")]
    [InlineData("status -?", "etcd-defrag status")]
    [InlineData("alarm /?", "etcd-defrag alarm")]
    public void Help_is_for_the_command_that_is_named(string line, string path)
    {
        var parsed = Parse(line);

        Assert.True(parsed.IsHelp);
        Assert.Equal(path, parsed.Path);
    }

    [Fact]
    public void A_letter_or_a_name_that_two_commands_use_is_a_switch_in_both_or_in_none()
    {
        var flags = AllCommands(CommandTree.Root).SelectMany(c => c.Flags).Append(ArgumentParser.Help).Distinct();

        Assert.All(flags.SelectMany(f => f.Words.Select(w => (Word: w, f.IsSwitch))).GroupBy(f => f.Word), g => Assert.Single(g.Select(f => f.IsSwitch).Distinct()));
    }

    [Fact]
    public void A_value_comes_from_the_line_else_from_our_variable_else_from_etcdctls_else_it_is_the_default()
    {
        var variables = new Dictionary<string, string>();
        Assert.Equal(("127.0.0.1:2379", null), Read(""));

        variables["ETCDCTL_ENDPOINTS"] = "c";
        Assert.Equal(("c", "ETCDCTL_ENDPOINTS"), Read(""));

        variables["ETCD_DEFRAG_ENDPOINTS"] = "a,b";
        Assert.Equal(("a b", "ETCD_DEFRAG_ENDPOINTS"), Read(""));

        Assert.Equal(("x y z", "--endpoints"), Read("--endpoints x,y --endpoints=z"));

        (string, string?) Read(string line)
        {
            var values = new FlagValues(Parse(line), name => variables.GetValueOrDefault(name));
            return (string.Join(' ', values.Get(ConnectionFlags.Endpoints)), values.Find(ConnectionFlags.Endpoints)?.Source);
        }
    }

    [Theory]
    [InlineData("--policy Cautious", "--policy 'Cautious' is not a policy; known are Balanced, OpenShift, MicroShift, UpstreamAlert.")]
    [InlineData("--command-timeout=0s", "--command-timeout '0s' must be greater than 0; write 500ms, 36s or 1m30s.")]
    [InlineData("-w http://root:SECRET@a", "--write-out 'http://***@a' is not an output format; known are simple, json, table, fields.")]
    [InlineData("--command-timeout=-1s", "--command-timeout '-1s' is negative; write 500ms, 36s or 1m30s.")]
    [InlineData("--wait-between-defrags 577h", "--wait-between-defrags '577h' is too long; the most is 576h.")]
    [InlineData("--wait-between-defrags 999999999h", "--wait-between-defrags '999999999h' is too long; the most is 576h.")]
    [InlineData("--wait-between-defrags -5", "--wait-between-defrags '-5' is not a duration; write 500ms, 36s or 1m30s.")]
    [InlineData("--max-raft-lag 9223372036854775808", "--max-raft-lag '9223372036854775808' is too large; the most is 9223372036854775807.")]
    [InlineData("--max-raft-lag=-5", "--max-raft-lag '-5' is not a whole number of 0 or more.")]
    [InlineData("--max-raft-lag=1000000000000000000000x", "--max-raft-lag '1000000000000000000000x' is not a whole number of 0 or more.")]
    [InlineData("--etcd-storage-quota-bytes=99999999999999999999", "--etcd-storage-quota-bytes '99999999999999999999' is too large; the most is 9223372036854775807.")]
    [InlineData("-wxml", "--write-out 'xml' is not an output format; known are simple, json, table, fields.")]
    [InlineData("--auth-jwt-token SECRET", "--auth-jwt-token is not supported, since a token can expire in the middle of a run; give --user and --password, and a fresh token is fetched when one is needed.")]
    public void A_value_that_is_not_valid_is_named_with_its_flag_and_what_to_write_instead(string line, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => new FlagValues(Parse(line), _ => null).Check()).Message);

    [Fact]
    public void Every_preset_can_be_named() =>
        Assert.All(PolicyPresets.All, p => Assert.Same(p, new FlagValues(Parse($"--policy {p.Name}"), _ => null).Get(RunFlags.Policy)));

    [Theory]
    [InlineData("--help=true", true, 0)]
    [InlineData("--help=false", false, 0)]
    [InlineData("--help --help=F", false, 0)]
    [InlineData("--help=banana", false, 1)]
    public void Help_is_a_switch_like_any_other(string line, bool isHelp, int problems)
    {
        var parsed = Parse(line);

        Assert.Equal((isHelp, problems), (parsed.IsHelp, parsed.Problems.Count));
    }

    private static ParsedArguments Parse(string line) => ArgumentParser.Parse(CommandTree.Root, Split(line, ' '));

    private static string[] Split(string text, char separator = ',') => text.Length == 0 ? [] : text.Split(separator);

    private static IEnumerable<CommandDefinition> AllCommands(CommandDefinition command) => command.Commands.SelectMany(AllCommands).Prepend(command);
}
