using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Cli;

/// <summary><c>etcd-defrag usage</c> beside a count of our own.</summary>
public sealed class UsageTests
{
    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    [ShowsFlag("depth", "first", "largest-keys", "max-bytes-per-second")]
    public async Task Prefixes_add_up_to_what_was_written_and_a_follower_is_read(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        var client = sandbox.Members[0].Client;
        var expected = new Dictionary<string, (long Keys, long Bytes)>(StringComparer.Ordinal);
        for (var i = 0; i < 120; i++)
        {
            var (prefix, size) = (i % 3) switch
            {
                0 => ("/registry/pods/default/", 2000),
                1 => ("/registry/example.com/widgets/kube-system/", 300_000),
                _ => ("/registry/nodes/", 10),
            };
            var key = $"{prefix}name-{i:000}";
            await client.PutAsync(key, new byte[size], default);
            var sum = expected.GetValueOrDefault(prefix);
            expected[prefix] = (sum.Keys + 1, sum.Bytes + key.Length + size);
        }

        await client.PutAsync("/registry/nodes/name-002", new byte[10], default);

        var result = await InProcessCommand.RunAsync(
            ["usage", "--endpoints", sandbox.Endpoints[0], "--depth=2", "--largest-keys=2", "--max-bytes-per-second=0", "-w", "json"]);
        var short1 = await InProcessCommand.RunAsync(["usage", "--endpoints", sandbox.Endpoints[0], "--first=1"]);

        Assert.True(result.ExitCode == 0, $"{result}");
        JsonObject[] rows = [.. result.Output.Select(l => JsonNode.Parse(l)!.AsObject())];
        var actual = rows.Where(r => (string?)r["kind"] == "Prefix").ToDictionary(
            r => (string)r["prefix"]!, r => ((long)r["keys"]!, (long)r["bytes"]!), StringComparer.Ordinal);
        Assert.Equal(expected, actual);
        Assert.Equal(41L, (long)rows.Single(r => (string?)r["prefix"] == "/registry/nodes/")["versions"]!);
        Assert.Equal(2, rows.Count(r => (string?)r["kind"] == "Key"));
        Assert.NotEqual((await sandbox.GetLeaderAsync()).Endpoint, (string?)rows[0]["endpoint"]);
        Assert.Contains("/registry/example.com/widgets/", short1.Output[1], StringComparison.Ordinal);
        Assert.EndsWith("(the rest)", short1.Output[2], StringComparison.Ordinal);
    }
}
