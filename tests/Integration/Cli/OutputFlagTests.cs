using System.Globalization;
using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Support;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

[Collection(SharedCluster.Name)]
public sealed class OutputFlagTests(SharedCluster shared)
{
    [SkippableTheory]
    [InlineData("status", "Endpoint,Name,MemberID,Version,DBSize,DBSizeInUse,IsLeader,RaftTerm")]
    [InlineData("health", "Endpoint,MemberID,Health,Took,Error")]
    [InlineData("plan", "Order,Endpoint,Action,DBSize,DiskBytesNeeded,Reason")]
    [InlineData(null, "Endpoint,MemberID,Outcome,DBSizeBefore,DBSizeAfter,BytesReclaimed,TookSeconds")]
    [ShowsFlag("write-out", "hex")]
    public async Task Results_have_the_form_that_was_asked_for(string? command, string names)
    {
        var sandbox = await shared.GetAsync();
        string[] call = [.. command is null ? Array.Empty<string>() : [command], "--endpoints", sandbox.Endpoints[0], "--cluster"];

        var table = await InProcessCommand.RunAsync([.. call, "--write-out=table"]);
        Assert.True(table.ExitCode == 0, table.ToString());
        Assert.Equal(7, table.Output.Count);
        Assert.All(table.Output, l => Assert.Equal(table.Output[0].Length, l.Length));

        var json = await InProcessCommand.RunAsync([.. call, "-w", "json"]);
        Assert.Equal(3, json.Output.Select(l => JsonNode.Parse(l)!).Count(n => (string?)n["type"] is "status" or "health" or "step" or "result"));

        var id = $"{await sandbox.Members[0].GetMemberIdAsync():x}";
        var fields = await InProcessCommand.RunAsync([.. call, "-wfields"]);
        Assert.All(names.Split(','), n => Assert.Equal(3, fields.Output.Count(l => l.StartsWith($"\"{n}\" : ", StringComparison.Ordinal))));
        Assert.Contains($"\"MemberID\" : {ulong.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture)}", fields.Output);
        Assert.Contains($"\"MemberID\" : {id}", (await InProcessCommand.RunAsync([.. call, "-wfields", "--hex"])).Output);
    }

    [SkippableFact]
    [ShowsFlag("debug")]
    public async Task Every_setting_and_every_call_is_told_and_no_secret()
    {
        var sandbox = await shared.GetAsync();
        var around = new Around { Variables = new() { ["ETCDCTL_DIAL_TIMEOUT"] = "3s", ["ETCD_DEFRAG_USER"] = "root:s3cret" } };

        var plain = await InProcessCommand.RunAsync(around, "status", "--endpoints", sandbox.Endpoints[0]);
        var debug = await InProcessCommand.RunAsync(around, "status", "--endpoints", sandbox.Endpoints[0], "--debug");

        Assert.DoesNotContain(plain.Error, l => l.Contains("debug:", StringComparison.Ordinal));
        Assert.Contains(debug.Error, l => l.EndsWith($"debug: --endpoints={sandbox.Endpoints[0]} (flag)", StringComparison.Ordinal));
        Assert.Contains(debug.Error, l => l.EndsWith("debug: --dial-timeout=3s (ETCDCTL_DIAL_TIMEOUT)", StringComparison.Ordinal));
        Assert.Contains(debug.Error, l => l.EndsWith("debug: --keepalive-timeout=6s (default)", StringComparison.Ordinal));
        Assert.Contains(debug.Error, l => l.EndsWith("debug: --user=*** (ETCD_DEFRAG_USER)", StringComparison.Ordinal));
        Assert.Contains(debug.Error, l => l.Contains($"debug: {sandbox.Endpoints[0]} /etcdserverpb.Maintenance/Status took ", StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", debug.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--endpoints=https://root:s3,cret@127.0.0.1:1")]
    [InlineData("--endpoints=127.0.0.1:1,root:s3cret@127.0.0.1:1")]
    [InlineData("--endpoints=127.0.0.1:1", "--endpoint-map=m1=https://root:s3,cret@127.0.0.1:1")]
    [InlineData("--endpoints=127.0.0.1:1", "--endpoint-map=https://root:s3,cret@127.0.0.1:1")]
    [InlineData("--endpoints=127.0.0.1:1", "--user=root:s3cret", "--password=other")]
    [ShowsFlag("debug")]
    public async Task No_password_is_told_that_stands_where_none_belongs(params string[] flags)
    {
        var result = await InProcessCommand.RunAsync(["status", "--debug", .. flags]);

        Assert.Equal(64, result.ExitCode);
        Assert.DoesNotContain("s3", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("cret", result.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Colour_and_bars_are_for_a_terminal_and_for_those_who_want_them()
    {
        var sandbox = await shared.GetAsync();
        string[] refused = ["--endpoints", "127.0.0.1:1"];
        var terminal = new Around { IsTerminal = true };
        var plain = new Around { IsTerminal = true, Variables = new() { ["NO_COLOR"] = "1" } };

        Assert.Contains((await InProcessCommand.RunAsync(terminal, refused)).Error, l => l.Contains("\u001b[31mRefused", StringComparison.Ordinal));
        Assert.DoesNotContain("\u001b", (await InProcessCommand.RunAsync(plain, refused)).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", (await InProcessCommand.RunAsync(refused)).ToString(), StringComparison.Ordinal);
        Assert.Contains("░", (await InProcessCommand.RunAsync(terminal, "status", "--endpoints", sandbox.Endpoints[0])).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("░", (await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0])).ToString(), StringComparison.Ordinal);
    }
}
