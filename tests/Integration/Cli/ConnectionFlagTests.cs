using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Integration.Support.Network;

namespace EtcdDefrag.Integration.Cli;

[Collection(SharedCluster.Name)]
public sealed class ConnectionFlagTests(SharedCluster shared)
{
    [SkippableTheory]
    [InlineData("--endpoints=A,B")]
    [InlineData("--endpoints", "A,B")]
    [InlineData("--endpoints", "A", "--endpoints", "B")]
    [InlineData("--endpoints", "A , B")]
    [ShowsFlag("endpoints")]
    public async Task Endpoints_are_given_in_every_form_of_Gos_flags(params string[] arguments)
    {
        var sandbox = await shared.GetAsync();
        var named = arguments.Select(a => a.Replace("A", sandbox.Endpoints[0]["http://".Length..], StringComparison.Ordinal).Replace("B", sandbox.Endpoints[1], StringComparison.Ordinal));

        var result = await InProcessCommand.RunAsync(["status", .. named]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(sandbox.Endpoints.Take(2), result.Output.Skip(1).Select(l => l.Split(' ')[0]));
    }

    [Fact]
    [ShowsFlag("dial-timeout")]
    public async Task A_connection_that_does_not_come_about_is_given_up_after_the_dial_timeout()
    {
        // A listener that takes nobody in: its queue is full, and who knocks waits.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;

        var result = await InProcessCommand.RunAsync("status", "--endpoints", $"127.0.0.1:{port}", "--dial-timeout", "300ms", "--command-timeout=20s");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("0.3 s", StringComparison.Ordinal));
    }

    [Fact]
    [ShowsFlag("command-timeout")]
    public async Task A_call_is_given_up_after_the_command_timeout_and_the_member_is_told_so()
    {
        await using var member = await FakeMember.StartAsync();
        member.On("Status", FakeReply.Hang);

        var result = await InProcessCommand.RunAsync("status", "--endpoints", member.Endpoint, "--command-timeout", "1s500ms");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("did not answer Status in time: no answer within 1.5 s", StringComparison.Ordinal));
        Assert.Equal("1500m", member.CallsOf("Status")[^1].Timeout);
    }

    [Theory]
    [InlineData("60000m")]
    [InlineData("7000m", "--command-timeout=7s")]
    [ShowsFlag("command-timeout")]
    public async Task The_defragmentations_own_time_follows_its_size_unless_it_is_given(string timeout, params string[] flags)
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", member.Endpoint, "--force", .. flags]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(timeout, member.CallsOf("Defragment").Single().Timeout);
    }

    [Fact]
    [ShowsFlag("keepalive-time", "keepalive-timeout")]
    public async Task A_silent_connection_is_found_out_by_a_ping_before_the_command_timeout()
    {
        await using var member = await FakeMember.StartAsync();
        member.On("Status", (_, _) =>
        {
            member.Network.Blackhole = TcpBlackhole.Both;
            return Task.FromResult(FakeReply.Hang);
        });

        // Below 10 s counts as 10 s, as in etcdctl: etcd ends connections that ping more often than every 5 s.
        var result = await InProcessCommand.RunAsync(
            "status", "--endpoints", member.Endpoint, "--keepalive-time", "2s", "--keepalive-timeout=1s", "--command-timeout=60s");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("was lost during Status", StringComparison.Ordinal) && l.Contains("ping", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableFact]
    [ShowsFlag("exclude-localhost")]
    public async Task Advertised_loopback_addresses_are_passed_over_where_that_is_asked_for()
    {
        var sandbox = await shared.GetAsync();

        var all = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], "--cluster");
        var fewer = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], "--cluster", "--exclude-localhost");

        Assert.Equal((0, 4), (all.ExitCode, all.Output.Count));
        Assert.Equal((1, 2), (fewer.ExitCode, fewer.Output.Count));
        Assert.Equal(2, fewer.Error.Count(l => l.Contains("it advertises loopback addresses only", StringComparison.Ordinal)));
    }

    [SkippableFact]
    [ShowsFlag("endpoint-map")]
    public async Task A_member_is_reached_where_the_map_says()
    {
        var sandbox = await shared.GetAsync();
        await using var detour = TcpFaultProxy.Start(sandbox.Endpoints[1]);

        var result = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], "--cluster", $"--endpoint-map={sandbox.Members[1].Name}={detour.Endpoint}");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains(result.Output, l => l.StartsWith(detour.Endpoint, StringComparison.Ordinal));
        Assert.True(detour.Connections > 0);
    }

    [SkippableTheory]
    [InlineData("status")]
    [InlineData("health")]
    [InlineData("plan")]
    [ShowsFlag("endpoint-map")]
    public async Task An_entry_of_the_map_that_stands_for_no_member_is_warned_of_once(string command)
    {
        var sandbox = await shared.GetAsync();

        var result = await InProcessCommand.RunAsync(command, "--endpoints", sandbox.Endpoints[0], "--cluster", "--endpoint-map=nobody=127.0.0.1:1");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Single(result.Error, l => l.Contains("Warning (EndpointMap): The endpoint map's 'nobody' is not the name", StringComparison.Ordinal));
    }

    [SkippableFact]
    [ShowsFlag("metrics-endpoints")]
    public async Task Metrics_are_read_where_the_flag_says_and_it_is_a_warning_where_they_are_not()
    {
        var sandbox = await shared.GetAsync();

        var found = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], $"--metrics-endpoints={sandbox.Endpoints[0]}={sandbox.Endpoints[0]}");
        var lost = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], "--metrics-endpoints=http://{host}:9");
        var unclear = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], "--metrics-endpoints=http://127.0.0.1:9");

        Assert.Equal((0, 0), (found.ExitCode, found.Error.Count));
        Assert.Equal(0, lost.ExitCode);
        Assert.Contains("Warning (MetricsUnreadable): http://127.0.0.1:9 cannot be reached", Assert.Single(lost.Error), StringComparison.Ordinal);
        Assert.Equal(64, unclear.ExitCode);
        Assert.Contains("it does not say whose metrics are there", unclear.Error[^1], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("--max-request-bytes")]
    [InlineData("--max-recv-bytes")]
    [ShowsFlag("max-request-bytes", "max-recv-bytes")]
    public async Task Limits_that_limit_nothing_are_taken_and_must_still_be_numbers(string flag)
    {
        var sandbox = await shared.GetAsync();

        var taken = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], $"{flag}=2097152");
        var refused = await InProcessCommand.RunAsync("status", "--endpoints", sandbox.Endpoints[0], $"{flag}=2M");

        Assert.Equal((0, 64), (taken.ExitCode, refused.ExitCode));
        Assert.Contains(refused.Error, l => l.Contains($"{flag} '2M' is not a whole number of 0 or more.", StringComparison.Ordinal));
    }
}
