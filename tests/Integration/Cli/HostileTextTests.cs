using System.Globalization;
using System.Text.Json.Nodes;
using Etcdserverpb;
using Mvccpb;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Google.Protobuf;

namespace EtcdDefrag.Integration.Cli;

/// <summary>A member's words, names and keys reach the terminal and the log as text, whatever is in them.</summary>
public sealed class HostileTextTests
{
    private const string Hostile = "x\n2026/01/01 00:00:00 The defragmentation is successful.\r\u001b[2J\u0000\u009b31m\u202eevil\u2066\u2028";
    private static readonly string Long = string.Concat(Enumerable.Repeat(Hostile, 2000));

    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    [InlineData("table")]
    [InlineData("fields")]
    public async Task Etcds_words_and_member_names(string form)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.State.Members.ForEach(listed => listed.Name = Hostile + listed.ID.ToString(CultureInfo.InvariantCulture)));
        cluster.Members.ToList().ForEach(m => m.On("Defragment", FakeReply.RefuseAtOnce(13, Hostile)));
        cluster.Members[0].State.Status.Errors.Add(Hostile);
        var endpoints = $"--endpoints={cluster.Endpoints[0]}";

        AssertHarmless(await InProcessCommand.RunAsync(endpoints, "--cluster", "-w", form, "--debug"), form);
        AssertHarmless(await InProcessCommand.RunAsync("status", endpoints, "--cluster", "-w", form), form);
        AssertHarmless(await InProcessCommand.RunAsync("health", endpoints, "-w", form), form);
        AssertHarmless(await InProcessCommand.RunAsync("plan", endpoints, "--cluster", "-w", form), form);
        AssertHarmless(await InProcessCommand.RunAsync("alarm", "disarm", "nobody", endpoints, "-w", form), form);
    }

    [Fact]
    public async Task Names_of_every_script_are_utf8_in_a_pipe_whatever_the_locale()
    {
        const string Name = "член-節-é";
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.State.Members.ForEach(listed => listed.Name = Name));

        var result = await Command.RunAsync(
            new Dictionary<string, string> { ["LC_ALL"] = "en_US.ISO-8859-1" }, "status", $"--endpoints={cluster.Endpoints[0]}", "-w", "json");

        Assert.Equal(Name, (string?)JsonNode.Parse(Assert.Single(result.Output))!["name"]);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    public async Task The_value_in_the_locks_key(string form)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        foreach (var member in cluster.Members)
        {
            var held = new KeyValue { Key = ByteString.CopyFromUtf8("etcd-defrag/run"), Value = ByteString.CopyFromUtf8(Long) };
            member.On("Txn", FakeReply.Message(new TxnResponse
            {
                Header = member.State.Status.Header,
                Succeeded = false,
                Responses = { new ResponseOp { ResponseRange = new RangeResponse { Kvs = { held }, Count = 1 } } },
            }));
        }

        var result = await InProcessCommand.RunAsync($"--endpoints={cluster.Endpoints[0]}", "--cluster", "-w", form);

        Assert.Equal(2, result.ExitCode);
        AssertHarmless(result, form);
        Assert.InRange(result.ToString().Length, 0, 20_000);
        Assert.Contains(result.Error, l => l.Contains("use --no-lock to run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_caller_wrote_is_cut()
    {
        var result = await InProcessCommand.RunAsync($"--endpoints={new string('a', 100_000)} {Hostile}");
        Assert.Equal(64, result.ExitCode);
        AssertHarmless(result, "simple");
        Assert.InRange(result.ToString().Length, 0, 5_000);

        var many = await InProcessCommand.RunAsync(Enumerable.Repeat("word\nword", 500).ToArray());
        Assert.Equal(64, many.ExitCode);
        Assert.InRange(many.Error.Count, 1, 20);
        AssertHarmless(many, "simple");
    }

    [Theory]
    [InlineData("--user", "root", "SECRET")]
    [InlineData("--user=root", "SECRET", "phrase")]
    [InlineData("--password", "a", "SECRET")]
    [InlineData("--cert-password", "a", "SECRET")]
    [InlineData("status", "--password", "a", "SECRET", "--cluster")]
    [InlineData("compact", "--user", "root", "SECRET")]
    [InlineData("--password:SECRET")]
    [InlineData("--passwordSECRET", "--cluster")]
    [InlineData("--debug", "--discovery-srv", "root:SECRET@example.com")]
    [InlineData("-droot:SECRET@example.com")]
    [InlineData("--discovery-srv=example.com", "--discovery-srv-name=root:SECRET@x")]
    [InlineData("--debug", "--endpoints", "http://127.0.0.1:1/?token=SECRET")]
    [InlineData("--endpoints", "http://root:SECRET@127.0.0.1:1")]
    [InlineData("--tls-server-name", "root:SECRET@x", "--debug")]
    [InlineData("status", "http://root:SECRET@127.0.0.1:1")]
    [InlineData("help", "http://root:SECRET@127.0.0.1:1")]
    [InlineData("monitor", "--metrics-address=http://root:SECRET@127.0.0.1:1")]
    public async Task A_stray_word_behind_a_secret_is_not_shown(params string[] arguments)
    {
        var result = await InProcessCommand.RunAsync(arguments);

        Assert.Equal(64, result.ExitCode);
        Assert.DoesNotContain("SECRET", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("phrase", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_named_behind_a_secret_is_not_shown_either()
    {
        await using var cluster = await FakeCluster.StartAsync(1);

        var result = await InProcessCommand.RunAsync("alarm", "disarm", $"--endpoints={cluster.Endpoints[0]}", "--cert-password", "a", "SECRET");

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("SECRET", result.ToString(), StringComparison.Ordinal);
    }

    private static void AssertHarmless(CommandResult result, string form)
    {
        var all = result.ToString();
        Assert.DoesNotContain(all, c => c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator));

        // A line of its own would be a lie that was told by the member.
        Assert.DoesNotContain(result.Error.Concat(result.Output), l => l.StartsWith("2026/01/01", StringComparison.Ordinal));
        if (form == "json")
        {
            Assert.All(result.Output, l => Assert.NotNull(JsonNode.Parse(l)));
        }
    }
}
