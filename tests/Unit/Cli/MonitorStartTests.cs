using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Output;

namespace EtcdDefrag.Unit.Cli;

/// <summary>What a monitor says that is stopped before it began to watch.</summary>
public sealed class MonitorStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_stop_during_the_start_is_no_fault()
    {
        var file = Path.Combine(_folder, "monitor.json");
        await File.WriteAllTextAsync(file, """{ "endpoints": ["http://127.0.0.1:1"] }""");
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = CommandHost.OfProcess() with { Output = new LineOutput(output), Error = new LineOutput(error), VariableNames = [] };

        var exitCode = await CommandLine.RunAsync(["monitor", "--config", file, "--metrics-file", Path.Combine(_folder, "m.prom")], host, new CancellationToken(canceled: true));

        Assert.Equal((0, "The monitor was stopped before it began to watch."), (exitCode, error.ToString().Trim()));
        Assert.Empty(output.ToString());
    }
}
