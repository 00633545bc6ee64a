using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Cli;

/// <summary>The flags of a run, on members that are played, who keep every call.</summary>
public sealed class RunFlagTests
{
    private static int Calls(FakeCluster cluster, string method) => cluster.Members.Sum(m => m.CallsOf(method).Count);

    [Theory]
    [InlineData(3)]
    [InlineData(3, "--continue-on-error")]
    [InlineData(1, "--continue-on-error=false")]
    [InlineData(1, "--continue-on-error", "--continue-on-error=F")]
    [ShowsFlag("continue-on-error")]
    public async Task After_a_refusal_the_next_member_has_its_turn_or_not(int calls, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.On("Defragment", FakeReply.RefuseAtOnce(13, "etcdserver: corrupt page")));

        var result = await InProcessCommand.RunAsync(["--endpoints", cluster.Endpoints[0], "--cluster", .. flags]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(calls, Calls(cluster, "Defragment"));
        Assert.Contains(result.Output, l => l.Contains("Failed to defragment etcd member", StringComparison.Ordinal) && l.Contains("corrupt page", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0, "--skip-healthcheck-cluster-endpoints")]
    [ShowsFlag("skip-healthcheck-cluster-endpoints")]
    public async Task Members_that_cannot_be_reached_from_here_are_passed_over_where_that_is_asked_for(int exitCode, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[2].Network.RefuseNew = true;

        var result = await InProcessCommand.RunAsync(["--endpoints", $"{cluster.Endpoints[0]},{cluster.Endpoints[1]}", .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(exitCode == 0 ? 2 : 0, Calls(cluster, "Defragment"));
        Assert.Equal(exitCode == 0, result.Error.Any(l => l.Contains("Not asked, and taken to be healthy: fake3.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, "200")]
    [InlineData(2, "199")]
    [ShowsFlag("max-raft-lag")]
    public async Task A_member_that_lags_more_than_is_allowed_stops_the_run(int exitCode, string entries)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[0].State.Status.RaftIndex = 210;
        cluster.Members[0].State.Status.RaftAppliedIndex = 210;
        cluster.Members[2].State.Status.RaftIndex = 210;

        var members = cluster.Members.Skip(1).Append(cluster.Members[0]);
        cluster.Members[1].State.Status.RaftIndex = cluster.Members[1].State.Status.RaftAppliedIndex = 210;
        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--max-raft-lag", entries);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(exitCode == 0 ? 3 : 0, members.Sum(m => m.CallsOf("Defragment").Count));
    }

    [Fact]
    [ShowsFlag("settle-timeout")]
    public async Task A_cluster_that_is_not_well_again_in_time_ends_the_run()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[1].On("Defragment", (_, _) =>
        {
            cluster.Members[2].On("Range", FakeReply.RefuseAtOnce(14, "etcdserver: no leader"));
            cluster.Members[1].State.Status.DbSize = cluster.Members[1].State.Status.DbSizeInUse;
            return Task.FromResult(FakeReply.Message(new DefragmentResponse()));
        });

        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--settle-timeout", "300ms");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(1, Calls(cluster, "Defragment"));
        Assert.Contains(result.Error, l => l.Contains("Refused (VoterUnreachable): The cluster did not become healthy within 0.3 s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--defrag-rule=")]
    [InlineData("plan", "--defrag-rule", "")]
    public async Task An_empty_rule_selects_every_member_with_a_warning(params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await InProcessCommand.RunAsync([.. flags, "--endpoints", cluster.Endpoints[0], "--cluster"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, result.Output.Count(l => l.Contains("efragment", StringComparison.Ordinal)));
        Assert.Single(result.Error, l => l.EndsWith("Warning (EmptyRule): --defrag-rule is empty, which selects every member.", StringComparison.Ordinal));
    }

    [Fact]
    [ShowsFlag("observation-timeout")]
    public async Task A_member_whose_answer_was_lost_is_watched_no_longer_than_that()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[1].On("Defragment", FakeReply.Disconnect);

        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--observation-timeout=300ms");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("watching it for at most 300ms.", StringComparison.Ordinal));
        Assert.Equal(1, Calls(cluster, "Defragment"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0, "--no-lock")]
    [InlineData(0, "--no-lock=true")]
    [ShowsFlag("no-lock")]
    public async Task The_lock_is_taken_unless_it_is_not_wanted(int leases, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await InProcessCommand.RunAsync(["--endpoints", cluster.Endpoints[0], "--cluster", .. flags]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(leases > 0, Calls(cluster, "LeaseGrant") > 0);
        Assert.Equal(leases > 0, Calls(cluster, "Txn") > 0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0, "--force")]
    [ShowsFlag("force")]
    public async Task A_cluster_of_one_is_left_alone_unless_its_users_can_bear_it(int exitCode, params string[] flags)
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", member.Endpoint, .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(exitCode == 0 ? 1 : 0, member.CallsOf("Defragment").Count);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 3, "--etcd-storage-quota-bytes", "104857600")]
    [InlineData(0, 0, "--etcd-storage-quota-bytes=1048576000")]
    [ShowsFlag("etcd-storage-quota-bytes", "defrag-rule")]
    public async Task The_quota_is_given_where_no_member_says_it(int exitCode, int calls, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.State.DbSizeQuota = 0);

        var result = await InProcessCommand.RunAsync(["--endpoints", cluster.Endpoints[0], "--cluster", "--defrag-rule=dbQuotaUsage > 0.8", .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(calls, Calls(cluster, "Defragment"));
    }

    [Theory]
    [InlineData("/var/lib/etcd", "--data-dir", "/var/lib/etcd")]
    [InlineData("/var/lib/etcd", "--data-dir=/var/lib/etcd", "--cluster")]
    [ShowsFlag("data-dir")]
    public async Task A_data_directory_is_refused_with_the_tool_that_does_it(string folder, params string[] flags)
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", member.Endpoint, .. flags]);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.EndsWith($"Stop the member, then run: etcdutl defrag --data-dir {folder}", StringComparison.Ordinal));
        Assert.Empty(member.Calls);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--version=1", "--cluster")]
    [ShowsFlag("version")]
    public async Task The_version_is_printed_in_the_originals_lines_and_nobody_is_asked(params string[] flags)
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", member.Endpoint, .. flags]);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^etcd-defrag Version: \d+\.\d+\.\d+$", result.Output[0]);
        Assert.Matches("^Git SHA: .+", result.Output[1]);
        Assert.Empty(member.Calls);
    }

    [Theory]
    [InlineData("--skip-healthcheck-cluster-endpoints and --cluster are mutually exclusive", "--skip-healthcheck-cluster-endpoints", "--cluster")]
    [InlineData("--skip-healthcheck-cluster-endpoints and --discovery-srv are mutually exclusive", "--skip-healthcheck-cluster-endpoints", "-d", "example.test")]
    [InlineData("--policy and --defrag-rule are mutually exclusive", "--policy=Balanced", "--defrag-rule=true")]
    [InlineData("--disalarm-threshold '1' must be greater than 0 and less than 1.0", "--auto-disalarm", "--disalarm-threshold=1")]
    [InlineData("--disalarm-threshold '0' must be greater than 0 and less than 1.0", "--disalarm-threshold=0")]
    [InlineData("--disalarm-threshold 'NaN' is not a number", "--disalarm-threshold=NaN")]
    [InlineData("--compaction-retain has no effect without --compaction; give both.", "--compaction-retain=5")]
    [InlineData("--compaction-retain '-1' is not a whole number of 0 or more", "--compaction", "--compaction-retain=-1")]
    [InlineData("--etcd-storage-quota-bytes '0' is not a number of bytes greater than 0", "--etcd-storage-quota-bytes=0")]
    [InlineData("--command-timeout '0s' must be greater than 0", "--command-timeout=0s")]
    [InlineData("--dial-timeout '2' is not a duration", "--dial-timeout=2")]
    [InlineData("--cluster 'yes' is neither true nor false", "--cluster=yes")]
    [InlineData("--write-out 'protobuf' is not supported; use json", "-w", "protobuf")]
    [InlineData("--write-out 'xml' is not an output format; known are simple, json, table, fields", "-wxml")]
    [InlineData("--endpoint-map 'etcd-1' says no place", "--endpoint-map=etcd-1")]
    [InlineData("Unrecognized command or argument 'false'", "--dry-run", "false")]
    [InlineData("Unrecognized command or argument '--no-such-flag'", "--no-such-flag")]
    [InlineData("See 'etcd-defrag --help'.", "--no-such-flag")]
    [InlineData("--auth-jwt-token is not supported, since a token can expire in the middle of a run; give --user and --password", "--auth-jwt-token", "s3cret")]
    [InlineData("Unrecognized command or argument '--pasword'.", "--pasword=s3cret")]
    [InlineData("Unrecognized command or argument '--pasword'.", "--pasword", "s3cret")]
    [ShowsFlag("auth-jwt-token")]
    public async Task What_cannot_be_is_refused_with_the_reason_and_nothing_is_sent(string problem, params string[] flags)
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", member.Endpoint, .. flags]);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains(problem, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", result.ToString(), StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(member.Calls);
    }

    public static TheoryData<string> Durations =>
        [.. CommandTree.Flags.Where(f => f is Flag<TimeSpan> or Flag<TimeSpan?>).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Durations))]
    public async Task A_time_is_taken_up_to_the_most_that_can_be_waited_for_and_refused_above_it(string flag)
    {
        await using var member = await FakeMember.StartAsync();
        string[] run = ["--endpoints", member.Endpoint, "--force", $"--{flag}"];

        var tooLong = await InProcessCommand.RunAsync([.. run, "1200h"]);
        Assert.Empty(member.Calls);
        var most = await InProcessCommand.RunAsync([.. run, "576h"]);

        Assert.Equal((64, 0), (tooLong.ExitCode, most.ExitCode));
        Assert.Contains(tooLong.Error, l => l.Contains($"--{flag} '1200h' is too long; the most is 576h.", StringComparison.Ordinal));
        Assert.Single(member.CallsOf("Defragment"));
    }

    [Theory]
    [InlineData(0, null, "")]
    [InlineData(2, "SnapshotInProgress", "grpc_server_started_total{grpc_method=\"Snapshot\",grpc_service=\"etcdserverpb.Maintenance\",grpc_type=\"server_stream\"} 1\n")]
    [ShowsFlag("allow-small-cluster")]
    public async Task A_small_cluster_can_be_allowed_without_overriding_any_other_guard(int exitCode, string? refusal, string metrics)
    {
        await using var member = await FakeMember.StartAsync();
        member.Metrics = metrics;

        var plain = await InProcessCommand.RunAsync("--endpoints", member.Endpoint, "--no-lock");
        var allowed = await InProcessCommand.RunAsync("--endpoints", member.Endpoint, "--allow-small-cluster");

        Assert.Equal(2, plain.ExitCode);
        Assert.True(allowed.ExitCode == exitCode, allowed.ToString());
        Assert.Equal(refusal is not null, allowed.Error.Any(l => l.Contains($"Refused ({refusal})", StringComparison.Ordinal)));
        Assert.Equal(refusal is null, plain.Error.Any(l => l.Contains("allow it with --allow-small-cluster.", StringComparison.Ordinal)));
        Assert.Equal(refusal is null ? 1 : 0, member.CallsOf("Defragment").Count);
    }

    [Fact]
    [ShowsFlag("wait-between-defrags")]
    public async Task Between_two_members_there_is_the_pause_that_was_asked_for()
    {
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--wait-between-defrags", "700ms");

        Assert.True(result.ExitCode == 0, result.ToString());
        var calls = cluster.Members.SelectMany(m => m.CallsOf("Defragment")).Select(c => c.At).Order().ToArray();
        var between = calls.Zip(calls.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one, next)).ToArray();
        Assert.Equal(2, between.Length);

        // The system's timer ticks every few milliseconds, and counts the one that it is in.
        Assert.All(between, t => Assert.True(t >= TimeSpan.FromMilliseconds(680), $"{t}"));
    }
}
