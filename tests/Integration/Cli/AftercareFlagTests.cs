using System.Globalization;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Sandbox;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Cli;

/// <summary>What a run does before the first member and after the last: the history, and the alarm.</summary>
[Collection(SharedCluster.Name)]
public sealed class AftercareFlagTests(SharedCluster shared)
{
    [SkippableFact]
    [ShowsFlag("compaction", "compaction-retain")]
    public async Task History_is_compacted_only_where_that_is_asked_for_and_as_far_as_is_said()
    {
        var sandbox = await shared.GetAsync();
        var leader = await sandbox.GetLeaderAsync();
        for (var i = 0; i < 20; i++)
        {
            await leader.Client.PutAsync("history", BitConverter.GetBytes(i), CancellationToken.None);
        }

        string[] run = ["--endpoints", sandbox.Endpoints[0], "--cluster"];
        var before = await CompactedAsync(sandbox);

        var plain = await InProcessCommand.RunAsync(run);
        Assert.Contains(plain.Error, l => l.EndsWith("Skip compaction.", StringComparison.Ordinal));
        Assert.Equal(before, await CompactedAsync(sandbox));

        var dry = await InProcessCommand.RunAsync([.. run, "--compaction", "--compaction-retain=5", "--dry-run"]);
        Assert.True(dry.ExitCode == 0, dry.ToString());
        Assert.Equal(before, await CompactedAsync(sandbox));

        var byDefault = await InProcessCommand.RunAsync([.. run, "--compaction"]);
        Assert.Contains(byDefault.Error, l => l.Contains("Skip compaction: The cluster is at revision", StringComparison.Ordinal));
        Assert.Equal(before, await CompactedAsync(sandbox));

        var newest = (await leader.Client.GetStatusAsync(CancellationToken.None)).Header.Revision;
        var asked = await InProcessCommand.RunAsync([.. run, "--compaction", "--compaction-retain=5"]);
        Assert.True(asked.ExitCode == 0, asked.ToString());
        Assert.Contains(asked.Error, l => l.Contains(string.Create(CultureInfo.InvariantCulture, $"Running compaction until revision: {newest - 5} ..."), StringComparison.Ordinal));
        Assert.Equal(newest - 5, await CompactedAsync(sandbox));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_compaction_is_one_physical_call_to_the_leader(int leads)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[leads]);
        cluster.Members[2].State.Status.Header.Revision = 25_000;

        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--compaction");

        Assert.True(result.ExitCode == 0, result.ToString());
        var call = Assert.Single(cluster.Members.SelectMany(m => m.CallsOf("Compact")));
        Assert.Single(cluster.Members[leads].CallsOf("Compact"));
        var request = call.Read(CompactionRequest.Parser);
        Assert.Equal((15_000, true), (request.Revision, request.Physical));
    }

    [SkippableFact]
    [ShowsFlag("auto-disalarm")]
    public async Task A_NOSPACE_alarm_is_cleared_of_its_member_after_the_last_step()
    {
        var sandbox = await shared.GetAsync();
        string[] run = ["--endpoints", sandbox.Endpoints[0], "--cluster"];
        await InProcessCommand.RunAsync(run);
        await sandbox.ArmAlarmAsync(sandbox.Members[1], EtcdAlarmKind.NoSpace);

        var plain = await InProcessCommand.RunAsync([.. run, "--no-lock"]);
        Assert.Single(await sandbox.Members[0].Client.GetAlarmsAsync(CancellationToken.None));

        var dry = await InProcessCommand.RunAsync([.. run, "--auto-disalarm", "--dry-run"]);
        Assert.Single(await sandbox.Members[0].Client.GetAlarmsAsync(CancellationToken.None));

        var asked = await InProcessCommand.RunAsync([.. run, "--auto-disalarm"]);
        Assert.True(plain.ExitCode == 0 && dry.ExitCode == 0 && asked.ExitCode == 0, $"{plain}\n{dry}\n{asked}");
        Assert.Empty(await sandbox.Members[0].Client.GetAlarmsAsync(CancellationToken.None));
        var id = await sandbox.Members[1].GetMemberIdAsync();
        Assert.Contains(asked.Error, l => l.EndsWith($"memberID:{id:x} alarm:NOSPACE disarmed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "0.41")]
    [InlineData(false, "0.4")]
    [ShowsFlag("disalarm-threshold")]
    public async Task Alarms_are_cleared_only_below_the_threshold_and_only_NOSPACE_of_a_named_member(bool isCleared, string threshold)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        foreach (var member in cluster.Members)
        {
            member.State.DbSizeQuota = 100 << 20;
            member.State.Alarms.Add(new AlarmMember { MemberID = cluster.Members[1].State.MemberId, Alarm = AlarmType.Nospace });
        }

        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--auto-disalarm", "--disalarm-threshold", threshold);

        Assert.True(result.ExitCode == (isCleared ? 0 : 1), result.ToString());
        var changes = cluster.Members.SelectMany(m => m.CallsOf("Alarm")).Select(c => c.Read(AlarmRequest.Parser)).Where(r => r.Action != AlarmRequest.Types.AlarmAction.Get).ToArray();
        Assert.Equal(isCleared, changes.Length == 1);
        Assert.All(changes, c => Assert.Equal((AlarmRequest.Types.AlarmAction.Deactivate, cluster.Members[1].State.MemberId, AlarmType.Nospace), (c.Action, c.MemberID, c.Alarm)));
        Assert.Equal(!isCleared, result.Error.Any(l => l.Contains("Skipping auto-disalarm: ", StringComparison.Ordinal) && l.Contains("uses 0.4 of its quota, and 0.4 is the limit.", StringComparison.Ordinal)));
    }

    private static async Task<long> CompactedAsync(EtcdSandbox sandbox) =>
        (await sandbox.Members[0].Client.HashKVAsync(0, CancellationToken.None)).CompactRevision;
}
