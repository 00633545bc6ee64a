using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Cli;

/// <summary>What a run has written, as a page.</summary>
[Collection(SharedCluster.Name)]
public sealed class ReportCommandTests(SharedCluster cluster) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    [ShowsFlag("title")]
    public async Task The_lines_of_a_run_become_a_page_with_every_member()
    {
        var endpoints = (await cluster.GetAsync()).Endpoints;
        var run = await Command.RunAsync("--endpoints", string.Join(',', endpoints), "-w", "json");
        Assert.Equal(0, run.ExitCode);
        await File.WriteAllLinesAsync(_folder["run.jsonl"], run.Output);

        var report = await Command.RunAsync("report", _folder["run.jsonl"], "--title", "The night <of> a test");

        Assert.Equal(0, report.ExitCode);
        Assert.Equal("<!DOCTYPE html>", report.Output[0]);
        Assert.Contains("<h1>The night &lt;of&gt; a test</h1>", report.Output);
        Assert.All(endpoints, e => Assert.Contains(report.Output, l => l.Contains(e, StringComparison.Ordinal) && l.Contains("Defragmented", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_no_line_of_a_run_is_named_with_its_number()
    {
        await File.WriteAllLinesAsync(_folder["run.jsonl"], ["{}", "", "no JSON"]);

        var report = await Command.RunAsync("report", _folder["run.jsonl"]);

        Assert.Equal(64, report.ExitCode);
        Assert.Empty(report.Output);
        Assert.Contains($"'{_folder["run.jsonl"]}', line 3, is not a JSON object", Assert.Single(report.Error), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
