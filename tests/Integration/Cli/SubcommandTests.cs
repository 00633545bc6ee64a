using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Sandbox;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Cli;

[Collection(SharedCluster.Name)]
public sealed class SubcommandTests(SharedCluster shared)
{
    [SkippableFact]
    public async Task Status_says_what_the_members_say_and_names_those_that_say_nothing()
    {
        var sandbox = await shared.GetAsync();

        var result = await Command.RunAsync("status", "--endpoints", $"{sandbox.Endpoints[0]},127.0.0.1:1");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches($@"^{sandbox.Endpoints[0]}\s+3\.5\.\d+\s+(leader|follower)\s+[\d.]+ MiB\s+[\d.]+ MiB\s+[\d.]+ MiB$", result.Output[1]);
        Assert.Contains(result.Error, l => l.Contains("http://127.0.0.1:1 cannot be reached", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Health_is_that_of_the_whole_cluster_whichever_member_is_named()
    {
        var sandbox = await shared.GetAsync();
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[2].Network.RefuseNew = true;

        var well = await Command.RunAsync("health", "--endpoints", sandbox.Endpoints[0]);
        var unwell = await Command.RunAsync("health", "--endpoints", cluster.Endpoints[0]);

        Assert.Equal((0, 1), (well.ExitCode, unwell.ExitCode));
        Assert.Equal(3, well.Output.Count(l => l.Contains("health: true, took: ", StringComparison.Ordinal)));
        Assert.Single(unwell.Output, l => l.Contains($"endpoint: {cluster.Endpoints[2]}, health: false", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Plan_shows_what_a_run_would_do_and_touches_nobody()
    {
        var sandbox = await shared.GetAsync();
        var leader = await sandbox.GetLeaderAsync();
        var since = TimeProvider.System.GetUtcNow();

        var all = await Command.RunAsync("plan", "--endpoints", sandbox.Endpoints[0], "--cluster");
        var none = await Command.RunAsync("plan", "--endpoints", sandbox.Endpoints[0], "--cluster", "--policy=OpenShift");

        Assert.True(all.ExitCode == 0 && none.ExitCode == 0, $"{all}\n{none}");
        Assert.StartsWith($"3. defragment {leader.Endpoint} (leader), dbSize: ", all.Output[^1], StringComparison.Ordinal);
        Assert.All(none.Output, l => Assert.Matches(@"^\d\. skip http", l));
        Assert.Empty(ServerLog.Defragmentations(sandbox, since));
    }

    [Fact]
    public async Task Plan_says_where_a_guard_would_refuse()
    {
        await using var member = await FakeMember.StartAsync();

        var result = await Command.RunAsync("plan", "--endpoints", member.Endpoint);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("Refused (SmallCluster)", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task An_alarm_is_listed_and_cleared_of_a_named_member_alone()
    {
        var sandbox = await shared.GetAsync();
        await sandbox.ArmAlarmAsync(sandbox.Members[0], EtcdAlarmKind.NoSpace);
        await sandbox.ArmAlarmAsync(sandbox.Members[1], EtcdAlarmKind.NoSpace);
        string[] ids = [$"{await sandbox.Members[0].GetMemberIdAsync():x}", $"{await sandbox.Members[1].GetMemberIdAsync():x}"];
        string[] endpoint = ["--endpoints", sandbox.Endpoints[2]];

        var both = await Command.RunAsync(["alarm", "list", .. endpoint]);
        var byName = await Command.RunAsync(["alarm", "disarm", sandbox.Members[0].Name, .. endpoint]);
        var one = await Command.RunAsync(["alarm", "list", .. endpoint]);
        var byId = await Command.RunAsync(["alarm", "disarm", ids[1], .. endpoint]);
        var none = await Command.RunAsync(["alarm", "list", .. endpoint]);
        var again = await Command.RunAsync(["alarm", "disarm", ids[1], .. endpoint]);
        var stranger = await Command.RunAsync(["alarm", "disarm", "m9", .. endpoint]);

        Assert.Equal(ids.Select(i => $"memberID:{i} alarm:NOSPACE").Order(), both.Output.Order());
        Assert.True(byName.ExitCode == 0 && byId.ExitCode == 0, $"{byName}\n{byId}");
        Assert.Equal([$"memberID:{ids[1]} alarm:NOSPACE"], one.Output);
        Assert.Empty(none.Output);
        Assert.Equal((0, 1), (again.ExitCode, stranger.ExitCode));
        Assert.Equal([$"memberID:{ids[1]} not disarmed: Its NOSPACE alarm is not armed."], again.Output);
        Assert.Contains(stranger.Error, l => l.Contains("The cluster has no member 'm9'", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_alarm_of_a_member_that_was_removed_can_be_cleared()
    {
        var sandbox = await shared.GetAsync();
        await sandbox.Members[0].Client.ArmAlarmAsync(0xdead, EtcdAlarmKind.NoSpace, CancellationToken.None);

        var result = await Command.RunAsync("alarm", "disarm", "dead", "--endpoints", sandbox.Endpoints[2]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Empty(await sandbox.Members[0].Client.GetAlarmsAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0, "--force")]
    public async Task An_alarm_that_would_come_back_is_cleared_only_by_force(int exitCode, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[1].State.DbSizeQuota = 100 << 20;
        cluster.Members.ToList().ForEach(m => m.State.Alarms.Add(new AlarmMember { MemberID = cluster.Members[1].State.MemberId, Alarm = AlarmType.Nospace }));

        var result = await Command.RunAsync(["alarm", "disarm", "fake2", "--endpoints", cluster.Endpoints[0], .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(exitCode == 0, cluster.Members[1].State.Alarms.Count == 0);
    }

    [SkippableFact]
    public async Task Compact_drops_history_to_a_revision_or_keeps_as_many_as_is_said()
    {
        var sandbox = await shared.GetAsync();
        var leader = await sandbox.GetLeaderAsync();
        long revision = 0;
        for (var i = 0; i < 20; i++)
        {
            revision = await leader.Client.PutAsync("compact", BitConverter.GetBytes(i), CancellationToken.None);
        }

        string[] endpoint = ["--endpoints", sandbox.Endpoints[0]];
        var given = await Command.RunAsync(["compact", $"{revision - 10}", .. endpoint]);
        var again = await Command.RunAsync(["compact", $"{revision - 10}", .. endpoint]);
        var retained = await Command.RunAsync(["compact", "--compaction-retain=3", .. endpoint]);
        var future = await Command.RunAsync(["compact", $"{revision + 1000}", .. endpoint]);
        var nothing = await Command.RunAsync(["compact", "soon", .. endpoint]);
        var both = await Command.RunAsync(["compact", $"{revision}", "--compaction-retain=3", .. endpoint]);

        Assert.Equal([0, 0, 0, 1, 64, 64], ((CommandResult[])[given, again, retained, future, nothing, both]).Select(r => r.ExitCode));
        Assert.Contains(both.Error, l => l.Contains("A revision and --compaction-retain are mutually exclusive", StringComparison.Ordinal));
        Assert.Equal([$"compacted revision {revision - 10}"], given.Output);
        Assert.Equal(["nothing to compact: The history was compacted that far already."], again.Output);
        Assert.Equal([$"compacted revision {revision - 3}"], retained.Output);
        Assert.Contains("future revision", future.Output[0], StringComparison.Ordinal);
    }
}
