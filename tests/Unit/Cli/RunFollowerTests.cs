using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Events;
using EtcdDefrag.Execution;

namespace EtcdDefrag.Unit.Cli;

/// <summary>What the command prints of a run's events.</summary>
public sealed class RunFollowerTests
{
    [Fact]
    public async Task An_event_without_words_of_the_command_is_printed_as_it_describes_itself()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var host = new CommandHost
        {
            Output = new LineOutput(output),
            Error = new LineOutput(error),
            ReadVariable = _ => null,
            VariableNames = [],
            AskSecret = _ => null,
            ServiceLookup = new DnsServiceLookup(TimeProvider.System),
            Time = TimeProvider.System,
        };
        var follower = new RunFollower(host, new RunLog(host.Error, host.Time), OutputForm.Json);

        await follower.OnEventAsync(new WindowClosing(DateTimeOffset.UnixEpoch));

        Assert.Equal("""{"type":"windowClosing","time":"1970-01-01T00:00:00.000Z","text":"The window closes."}""" + "\n", output.ToString());
        Assert.EndsWith(" The window closes.\n", error.ToString(), StringComparison.Ordinal);
    }

    private sealed record WindowClosing(DateTimeOffset At) : DefragEvent(At)
    {
        public override EtcdMonitorEvent[] Describe() => [InformationEntry("The window closes.")];
    }
}
