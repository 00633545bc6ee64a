using EtcdDefrag.Execution;
using EtcdDefrag.Integration.GuardedRun;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Model;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cluster;

/// <summary>The main job on real clusters of three, with the servers' own logs as witnesses.</summary>
[Collection(Alone.Name)]
public sealed class WholeClusterTests
{
    private const int Fill = 16;

    public static TheoryData<string, int> EveryVersionAndLeader
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var minor in EtcdVersions.All)
            {
                foreach (var leader in Enumerable.Range(0, 3))
                {
                    data.Add(minor, leader);
                }
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(EveryVersionAndLeader))]
    public async Task The_leader_is_last_whichever_member_it_is(string minor, int leader)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await sandbox.MoveLeaderAsync(sandbox.Members[leader]);
        await sandbox.FillAsync(new EtcdFill(Fill));

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.True(report.IsSuccess, string.Join(' ', report.Results));
        var order = ServerLog.Defragmentations(sandbox);
        Assert.Equal(["m1", "m2", "m3"], order.Order());
        Assert.Equal(sandbox.Members[leader].Name, order[^1]);
        Assert.Equal(order, report.Results.Select(r => r.Name));
        Assert.Equal([false, false, true], report.Results.Select(r => r.IsLeader));
        Assert.True(ServerLog.WereOneAfterTheOther(sandbox));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task The_sizes_before_and_after_are_those_the_member_itself_gives(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await sandbox.FillAsync(new EtcdFill(Fill));
        var before = await Task.WhenAll(sandbox.Members.Select(m => m.Client.GetStatusAsync(CancellationToken.None)));

        var report = await Engine.RunAsync(sandbox.Endpoints, wholeCluster: false, r => r with { NoLock = true });

        foreach (var (member, earlier) in sandbox.Members.Zip(before))
        {
            var result = Assert.Single(report.Results, r => r.Endpoint == member.Endpoint);
            var now = await member.Client.GetStatusAsync(CancellationToken.None);
            Assert.Equal(earlier.DbSize, result.DbSizeBefore);
            Assert.Equal(now.DbSize, result.DbSizeAfter);
            Assert.Equal(earlier.DbSize - now.DbSize, result.BytesReclaimed);
            Assert.True(result.BytesReclaimed > Fill * 1024 * 1024 / 2, $"{member.Name} gave back only {result.BytesReclaimed} bytes.");
            Assert.InRange(new FileInfo(Path.Combine(member.DataFolder, "member", "snap", "db")).Length, 1, result.DbSizeBefore!.Value / 2);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task With_a_member_stopped_nothing_is_defragmented(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await using var witness = await Witness.StartAsync(sandbox);
        var stopped = sandbox.Members[1];
        await stopped.StopAsync();
        await sandbox.WaitUntilHealthyAsync();

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.Contains(stopped.Endpoint, report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Empty(ServerLog.Defragmentations(sandbox));
        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.NotAttempted, r.Outcome));
        await witness.VerifyAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task With_a_member_paused_nothing_is_defragmented(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await using var witness = await Witness.StartAsync(sandbox);
        var paused = sandbox.Members[2];
        paused.Pause();

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.Contains(paused.Endpoint, report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Empty(ServerLog.Defragmentations(sandbox));
        await witness.VerifyAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_nospace_alarm_does_not_stand_in_the_way(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        Assert.True((await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true)).IsSuccess);
        var before = ServerLog.Defragmentations(sandbox).Count;
        await sandbox.FillAsync(new EtcdFill(Fill));
        await sandbox.ArmAlarmAsync(sandbox.Members[1], EtcdAlarmKind.NoSpace);

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.True(report.IsSuccess, string.Join(' ', report.Results));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count - before);
        Assert.All(report.Results, r => Assert.True(r.BytesReclaimed > 0, $"{r.Name} gave back nothing."));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_corrupt_alarm_stands_in_the_way_even_beside_a_nospace_alarm(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await sandbox.ArmAlarmAsync(sandbox.Members[0], EtcdAlarmKind.NoSpace);
        await sandbox.ArmAlarmAsync(sandbox.Members[1], EtcdAlarmKind.Corrupt);

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.Equal("CorruptAlarm", report.Refusal?.Rule);
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    [SkippableFact]
    public async Task One_endpoint_is_one_member_unless_the_whole_cluster_is_asked_for()
    {
        await using var sandbox = await TestCluster.StartAsync(3);

        var one = await Engine.RunAsync([sandbox.Endpoints[1]], wholeCluster: false);
        Assert.Equal(["m2"], ServerLog.Defragmentations(sandbox));
        Assert.Equal([sandbox.Endpoints[1]], one.Results.Select(r => r.Endpoint));

        var all = await Engine.RunAsync([sandbox.Endpoints[1]], wholeCluster: true);
        Assert.Equal(sandbox.Endpoints.Order(), all.Results.Select(r => r.Endpoint).Order());
        Assert.Equal(4, ServerLog.Defragmentations(sandbox).Count);
    }

    [SkippableFact]
    public async Task A_status_says_what_the_member_says_of_itself()
    {
        await using var sandbox = await TestCluster.StartAsync(3, "3.4", "3.5");
        await sandbox.ArmAlarmAsync(sandbox.Members[1], EtcdAlarmKind.NoSpace);
        var leader = await sandbox.GetLeaderAsync();

        var snapshot = await Engine.InspectAsync(sandbox.Endpoints, wholeCluster: false);

        foreach (var (member, status) in sandbox.Members.Zip(snapshot.Statuses))
        {
            var own = await member.Client.GetStatusAsync(CancellationToken.None);
            Assert.Equal((member.Endpoint, member.Name, own.Version), (status.Endpoint, status.Name, status.Version));
            Assert.Equal($"{own.Header.MemberId:x}", status.MemberId);
            Assert.Equal($"{own.Header.ClusterId:x}", status.ClusterId);
            Assert.Equal((own.DbSize, own.DbSizeInUse, own.Header.Revision), (status.DbSize, status.DbSizeInUse, status.Revision));
            Assert.Equal(member == leader, status.IsLeader);
            EtcdAlarmType[] alarms = member == sandbox.Members[1] ? [EtcdAlarmType.NoSpace] : [];
            Assert.Equal(alarms, status.Alarms);
        }
    }
}
