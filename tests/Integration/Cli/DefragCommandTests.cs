using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cli;

public sealed partial class DefragCommandTests
{
    /// <summary>
    /// The lines of the README of etcd-defrag 0.42 for <c>--cluster</c>, with names for what differs from run to run. The compaction is
    /// not asked for, for which the original has a line as well; what a step will cost stands in brackets at the end of its line; and
    /// a release of etcd with known faults is warned of.
    /// </summary>
    private static readonly string[] OriginalLines =
    [
        "Validating configuration.",
        "No defragmentation rule provided",
        "Performing health check.",
        "Health check will be performed on all cluster member endpoints",
        "endpoint: ENDPOINT, health: true, took: TIME, error:",
        "endpoint: ENDPOINT, health: true, took: TIME, error:",
        "endpoint: ENDPOINT, health: true, took: TIME, error:",
        "Getting members status",
        "endpoint: ENDPOINT, dbSize: N, dbSizeInUse: N, memberId: ID, leader: ID, revision: N, term: N, index: N",
        "endpoint: ENDPOINT, dbSize: N, dbSizeInUse: N, memberId: ID, leader: ID, revision: N, term: N, index: N",
        "endpoint: ENDPOINT, dbSize: N, dbSizeInUse: N, memberId: ID, leader: ID, revision: N, term: N, index: N",
        "Skip compaction.",
        "3 endpoint(s) need to be defragmented: [ENDPOINT ENDPOINT ENDPOINT]",
        .. Enumerable.Repeat(OneMember, 3).SelectMany(lines => lines),
        "The defragmentation is successful.",
    ];

    private static string[] OneMember =>
    [
        "[Before defragmentation]",
        "endpoint: ENDPOINT, dbSize: N, dbSizeInUse: N, memberId: ID, leader: ID, revision: N, term: N, index: N",
        "Defragmenting endpoint \"ENDPOINT\" (COST)",
        "Finished defragmenting etcd endpoint \"ENDPOINT\". took TIME",
        "[Post defragmentation]",
        "endpoint: ENDPOINT, dbSize: N, dbSizeInUse: N, memberId: ID, leader: ID, revision: N, term: N, index: N",
    ];

    [SkippableFact]
    [ShowsFlag("cluster")]
    public async Task It_says_what_the_original_says_line_by_line()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await sandbox.FillAsync(new EtcdFill(8));
        var leader = await sandbox.GetLeaderAsync();

        // As on a terminal, which shows log and results together.
        var result = await Command.RunProgramAsync(Command.StartInShell($"etcd-defrag --endpoints={sandbox.Endpoints[0]} --cluster 2>&1"));

        Assert.Equal(0, result.ExitCode);
        Assert.All(result.Output, line => Assert.Matches(Timestamp(), line));
        Assert.Equal(OriginalLines, result.Output.Select(Generalise).Where(line => !line.StartsWith("Warning (", StringComparison.Ordinal)));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
        Assert.Equal(leader.Name, ServerLog.Defragmentations(sandbox)[^1]);
        Assert.Contains(result.Output, l => l.EndsWith($" {leader.Endpoint}]", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Several_endpoints_are_given_by_commas_or_one_by_one()
    {
        await using var sandbox = await TestCluster.StartAsync(3);

        var byComma = await Command.RunAsync("--endpoints", $"{sandbox.Endpoints[0]},{sandbox.Endpoints[1]}");
        var oneByOne = await Command.RunAsync("--endpoints", sandbox.Endpoints[1], "--endpoints", sandbox.Endpoints[2]);

        Assert.True(byComma.ExitCode == 0 && oneByOne.ExitCode == 0, $"{byComma}\n{oneByOne}");
        Assert.Equal(["m1", "m2", "m2", "m3"], ServerLog.Defragmentations(sandbox).Order());
    }

    [SkippableFact]
    public async Task An_unhealthy_cluster_is_refused_with_the_members_name_and_exit_code_2()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await sandbox.Members[2].KillAsync();
        await sandbox.WaitUntilHealthyAsync();

        var result = await Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains($"endpoint: {sandbox.Endpoints[2]}, health: false", StringComparison.Ordinal));
        Assert.Contains(result.Error, l => l.Contains($"Refused (VoterUnreachable): {sandbox.Endpoints[2]}", StringComparison.Ordinal));
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("http://127.0.0.1:2379,", "it is empty")]
    [InlineData("http://127.0.0.1:2379/v3", "it contains the path '/v3'")]
    [InlineData("ftp://127.0.0.1:2379", "the scheme 'ftp' is not one of")]
    [InlineData("127.0.0.1:0", "the port '0' is not a number from 1 to 65535")]
    [InlineData("127.0.0.1:99999", "the port '99999' is not a number from 1 to 65535")]
    [InlineData("::1:2379", "an IPv6 address must be in brackets")]
    public async Task What_is_no_endpoint_is_refused_before_anything_is_asked(string endpoints, string problem)
    {
        var result = await Command.RunAsync("--endpoints", endpoints);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("Validating configuration failed:", result.Error[^1], StringComparison.Ordinal);
        Assert.Contains(problem, result.Error[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(result.Error, l => l.Contains("health", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Where_nothing_listens_the_endpoint_is_named_and_the_exit_code_is_2(string host)
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var endpoint = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

        var result = await Command.RunAsync("--endpoints", endpoint);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains($"http://{endpoint} cannot be reached", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("successful", StringComparison.Ordinal));
    }

    [SkippableFact]
    [ShowsFlag("move-leader", "wait-between-defrags")]
    public async Task The_leader_is_moved_where_that_is_asked_for()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var leader = await sandbox.GetLeaderAsync();

        var result = await Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster", "--move-leader", "--wait-between-defrags", "10ms");

        Assert.True(result.ExitCode == 0, result.ToString());
        var id = $"{await leader.GetMemberIdAsync():x}";
        Assert.Contains(result.Error, l => l.Contains($"Transferring the leadership from {id} to ", StringComparison.Ordinal));
        Assert.Equal(3, result.Error.Count(l => l.Contains("Waiting for 10ms for next operation", StringComparison.Ordinal)));
        Assert.NotEqual(leader.Name, (await sandbox.GetLeaderAsync()).Name);
    }

    [Theory]
    [InlineData("--wait-between-defrags", "36")]
    [InlineData("--wait-between-defrags", "-1s")]
    [InlineData("--settle-timeout", "soon")]
    [InlineData("--max-raft-lag", "-1")]
    [InlineData("--max-raft-lag", "many")]
    public async Task A_value_that_cannot_be_is_refused_and_named(string flag, string value)
    {
        var result = await Command.RunAsync("--endpoints", "127.0.0.1:2379", flag, value);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains($"{flag} '{value}'", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("health", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_flag_is_refused_and_nothing_is_begun()
    {
        var result = await Command.RunAsync("--endpoint", "127.0.0.1:2379");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("--endpoint", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("Validating", StringComparison.Ordinal));
    }

    private static string Generalise(string line)
    {
        line = Timestamp().Replace(line, "").Trim();
        line = Endpoint().Replace(line, "ENDPOINT");
        line = Time().Replace(line, "took${colon} TIME");
        line = Id().Replace(line, "${name}: ID");
        line = Cost().Replace(line, "(COST)");
        return Figure().Replace(line, "${name}: N");
    }

    [GeneratedRegex(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", RegexOptions.None, 1000)]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, 1000)]
    private static partial Regex Endpoint();

    [GeneratedRegex(@"took(?<colon>:?) [\d.]+(?:µs|ms|s)", RegexOptions.None, 1000)]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<name>memberId|leader): [0-9a-f]+", RegexOptions.None, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\(about \d+s, \d+ bytes of free disk needed\)", RegexOptions.None, 1000)]
    private static partial Regex Cost();

    [GeneratedRegex(@"(?<name>dbSize|dbSizeInUse|revision|term|index): \d+", RegexOptions.None, 1000)]
    private static partial Regex Figure();
}
