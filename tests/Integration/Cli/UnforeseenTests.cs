using System.Text.Json.Nodes;
using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Execution;
using EtcdDefrag.Client;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

/// <summary>What nobody has thought of is a sentence and exit code 1, not a stack trace.</summary>
public sealed class UnforeseenTests
{
    [Theory]
    [InlineData("status")]
    [InlineData("")]
    public async Task A_failure_of_the_commands_own_is_told_in_a_sentence(string command)
    {
        var around = new Around { ServiceLookup = new BrokenLookup() };

        var result = await InProcessCommand.RunAsync(around, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-d", "example.test"]);

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("The command failed unexpectedly (NotSupportedException): It is broken. In two lines.", result.Error[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(result.Error, l => l.StartsWith("at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_breaks_off_still_writes_the_last_line_of_its_JSON()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = CommandHost.OfProcess() with { Output = new LineOutput(output), Error = new LineOutput(error) };
        var log = new RunLog(host.Error, host.Time);
        using var connections = new MemberConnections(new EtcdConnector(), new EtcdConnectionOptions());

        // Longer than any timer can run, which no flag lets through.
        var request = new DefragRequest { Endpoints = [EtcdEndpoint.Parse(cluster.Endpoints[0])], WholeCluster = true, Pause = TimeSpan.FromDays(60) };
        var exitCode = await DefragCommand.DefragmentAsync(request, connections, new RunFollower(host, log, OutputForm.Json), log, host.Time, CancellationToken.None);

        var end = JsonNode.Parse(output.ToString().TrimEnd().Split('\n')[^1])!;
        Assert.Equal((1, "end", 1, 1), (exitCode, (string?)end["type"], (int)end["exitCode"]!, (int)end["defragmented"]!));
        Assert.Contains("The command failed unexpectedly (ArgumentOutOfRangeException): ", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class BrokenLookup : IServiceLookup
    {
        public Task<ServiceLookupResult> LookUpAsync(string service, string domain, CancellationToken cancellationToken) => throw new NotSupportedException("It is broken.\nIn two lines.");
    }
}
