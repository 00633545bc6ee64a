using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>Members can be stopped, killed, paused and added, and the sandbox keeps telling the truth about them.</summary>
public class SandboxMemberTests
{
    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_killed_leader_is_replaced_and_comes_back_as_the_same_member(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        var killed = await sandbox.GetLeaderAsync();
        var id = await killed.GetMemberIdAsync();
        var process = killed.ProcessId!.Value;
        await killed.KillAsync();

        Assert.False(killed.IsRunning);
        Assert.Null(killed.ProcessId);
        Assert.False(ProcessTable.Lives(process));
        Assert.NotEqual(killed, await sandbox.GetLeaderAsync());
        await sandbox.WaitUntilHealthyAsync();

        await killed.StartAsync();
        await sandbox.WaitUntilHealthyAsync();
        var status = await killed.Client.GetStatusAsync(default);

        Assert.NotEqual(process, killed.ProcessId);
        Assert.Equal(id, status.Header.MemberId);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_paused_leader_is_replaced_and_follows_when_it_goes_on(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        var paused = await sandbox.GetLeaderAsync();
        paused.Pause();

        Assert.True(paused.IsRunning);
        Assert.True(paused.IsPaused);
        var leader = await sandbox.GetLeaderAsync();
        Assert.NotEqual(paused, leader);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => paused.Client.GetStatusAsync(patience.Token));

        paused.Resume();
        await sandbox.WaitUntilHealthyAsync();

        Assert.False(paused.IsPaused);
        Assert.NotEqual(paused, await sandbox.GetLeaderAsync());
    }

    [SkippableFact]
    public async Task A_paused_member_can_be_stopped_and_killed()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        foreach (var end in (Func<EtcdSandboxMember, Task>[])[member => member.StopAsync(), member => member.KillAsync()])
        {
            var member = sandbox.Members[0];
            var process = member.ProcessId!.Value;
            member.Pause();
            await end(member);

            Assert.False(ProcessTable.Lives(process));
            Assert.False(member.IsPaused);
            Assert.Throws<InvalidOperationException>(member.Pause);
            await member.StartAsync();
        }
    }

    [SkippableFact]
    public async Task A_member_stopped_in_order_shuts_down_by_itself()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var member = sandbox.Members[1];
        await member.StopAsync();
        var log = await File.ReadAllTextAsync(member.LogFile);

        Assert.False(member.IsRunning);
        Assert.Contains("closed etcd server", log, StringComparison.Ordinal);
        await member.RestartAsync();
        Assert.True(member.IsRunning);
        await Assert.ThrowsAsync<InvalidOperationException>(() => member.StartAsync());
    }

    [SkippableFact]
    public async Task A_whole_cluster_killed_and_started_again_has_its_data()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var revision = await sandbox.Members[0].Client.PutAsync("kept", new byte[] { 1 }, default);
        await Task.WhenAll(sandbox.Members.Select(member => member.KillAsync()));
        await Task.WhenAll(sandbox.Members.Select(member => member.StartAsync()));
        await sandbox.WaitUntilHealthyAsync();
        var statuses = await Task.WhenAll(sandbox.Members.Select(member => member.Client.GetStatusAsync(default)));

        Assert.All(statuses, status => Assert.Equal(revision, status.Header.Revision));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Leadership_goes_where_it_is_sent(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        foreach (var member in sandbox.Members)
        {
            await sandbox.MoveLeaderAsync(member);
            var id = await member.GetMemberIdAsync();
            var statuses = await Task.WhenAll(sandbox.Members.Select(other => other.Client.GetStatusAsync(default)));

            Assert.All(statuses, status => Assert.Equal(id, status.Leader));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_learner_joins_and_is_not_a_voter(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        var learner = await sandbox.AddLearnerAsync();
        var status = await learner.Client.GetStatusAsync(default);

        Assert.True(status.IsLearner);
        Assert.Equal(2, sandbox.Members.Count);
        Assert.Equal(await sandbox.Members[0].GetMemberIdAsync(), status.Leader);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task An_armed_alarm_is_known_to_every_member(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        var member = sandbox.Members[2];
        await sandbox.ArmAlarmAsync(member, EtcdAlarmKind.NoSpace);
        foreach (var other in sandbox.Members)
        {
            var alarm = Assert.Single(await other.Client.GetAlarmsAsync(default));
            Assert.Equal(AlarmType.Nospace, alarm.Alarm);
            Assert.Equal(await member.GetMemberIdAsync(), alarm.MemberID);
            Assert.False(await other.Client.IsHealthyAsync(default));
        }

        await sandbox.ArmAlarmAsync(member, EtcdAlarmKind.Corrupt);
        Assert.Contains(await member.Client.GetAlarmsAsync(default), alarm => alarm.Alarm == AlarmType.Corrupt);
        await sandbox.WaitUntilHealthyAsync();
    }

    [SkippableFact]
    public async Task A_learner_joins_a_cluster_too_young_for_etcd_to_take_it_at_once()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var learner = await sandbox.AddLearnerAsync();

        Assert.Equal("m4", learner.Name);
        Assert.True((await learner.Client.GetStatusAsync(default)).IsLearner);
    }

    [SkippableFact]
    public async Task A_member_of_another_sandbox_is_refused()
    {
        await using var sandbox = await TestCluster.StartAsync(1);
        await using var other = await TestCluster.StartAsync(1);

        await Assert.ThrowsAsync<ArgumentException>(() => sandbox.MoveLeaderAsync(other.Members[0]));
    }
}
