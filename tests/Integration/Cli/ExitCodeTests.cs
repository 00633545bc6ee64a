using System.Diagnostics;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Cli;

/// <summary>What the process says to whoever called it.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(0, "well")]
    [InlineData(1, "refuses")]
    [InlineData(2, "is corrupt")]
    [InlineData(3, "answers as another")]
    [InlineData(64, "well", "--command-timeout=soon")]
    public async Task The_exit_code_says_how_it_ended(int exitCode, string member, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        var first = cluster.Members[1];
        switch (member)
        {
            case "refuses":
                first.On("Defragment", FakeReply.RefuseAtOnce(7, "etcdserver: permission denied"));
                break;
            case "is corrupt":
                first.State.Alarms.Add(new AlarmMember { MemberID = first.State.MemberId, Alarm = AlarmType.Corrupt });
                break;
            case "answers as another":
                first.On("Defragment", (_, _) =>
                {
                    first.State.Status.Header.MemberId = 0xbad;
                    return Task.FromResult(FakeReply.Disconnect);
                });
                break;
        }

        var result = await Command.RunAsync(["--endpoints", cluster.Endpoints[0], "--cluster", .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_it_with_130_and_the_member_goes_on_by_itself(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[1].On("Defragment", FakeReply.Hang);
        using var run = Command.Start("--endpoints", cluster.Endpoints[0], "--cluster");
        await cluster.Members[1].WaitForAsync("Defragment");

        using (var kill = Process.Start("kill", [$"-{signal}", $"{run.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        var result = await Command.RunProgramAsync(run);

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.Contains(result.Output, l => l.Contains("it goes on by itself", StringComparison.Ordinal));
        Assert.Equal(2, result.Output.Count(l => l.Contains("Not attempted", StringComparison.Ordinal)));
        Assert.Equal("Interrupted.", result.Error[^1][^"Interrupted.".Length..]);
        Assert.Equal(1, cluster.Members.Sum(m => m.CallsOf("Defragment").Count));
    }
}
