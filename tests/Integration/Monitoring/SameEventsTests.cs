using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>One configuration gives the same events, in the same words, in PowerShell and in the command.</summary>
public sealed partial class SameEventsTests
{
    private const string Script = """
        $ErrorActionPreference = 'Stop'; $WarningPreference = 'SilentlyContinue'
        Import-Module $env:ETCD_DEFRAG_MODULE
        # The check on startup, with everything of it, ends where the next one is announced.
        Start-EtcdDefragMonitor -ConfigurationPath $env:T_CONFIG |
            Select-Object -First ([int] $env:T_COUNT) |
            ForEach-Object { '{0}|{1}|{2}' -f $_.Event, $_.Cluster, $_.Message }
        """;

    [SkippableFact]
    public async Task Of_a_dry_run_on_one_cluster()
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no signals.");
        var (pwsh, problem) = await PowerShellHost.FindAsync();
        Skip.If(pwsh is null, problem);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions());
        await sandbox.FillAsync(new EtcdFill(8));
        using var folder = new TemporaryFolder();
        var config = folder["monitor.json"];
        await File.WriteAllTextAsync(config, $$"""
            { "endpoints": ["{{sandbox.Endpoints[0]}}"], "checkInterval": "1h", "defragOnStartup": true, "dryRun": true, "policy": { "minDbSize": "1MiB" } }
            """);

        await using var command = MonitorProcess.Start(config, null, "--output", "json");
        await command.UntilAsync("CheckScheduled");
        command.Signal(MonitorProcess.Terminate);
        Assert.Equal(0, await command.EndAsync());
        var ofCommand = command.Events.TakeWhile(e => MonitorProcess.NameOf(e) is not "MonitorStopping").Select(Show).ToArray();

        var run = await pwsh!.RunAsync(Script, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NO_COLOR"] = "1",
            ["ETCD_DEFRAG_MODULE"] = Path.Combine(RepositoryFolder.Find(), "out", "EtcdDefrag"),
            ["T_CONFIG"] = config,
            ["T_COUNT"] = $"{ofCommand.Length}",
        }, TimeSpan.FromMinutes(1));
        var ofCmdlet = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Generalise).ToArray();

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal("RoundSucceeded", ofCommand[^2].Split('|')[0]);
        Assert.Equal(3, ofCommand.Count(l => l.StartsWith("MemberJudged|", StringComparison.Ordinal)));
        Assert.Equal(ofCommand.Order(), ofCmdlet.Order());
        Assert.Equal(ofCommand.Select(NameOf), ofCmdlet.Select(NameOf));
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    private static string Show(JsonElement told)
    {
        var cluster = told.TryGetProperty("cluster", out var name) ? name.GetString() : "";
        return Generalise($"{MonitorProcess.NameOf(told)}|{cluster}|{told.GetProperty("message").GetString()}");
    }

    private static string NameOf(string line) => line.Split('|')[0];

    /// <summary>What took how long, and when the next check comes, differs from run to run.</summary>
    private static string Generalise(string line) => Changing().Replace(line, "N");

    [GeneratedRegex(@"\d+\.\d+ (s|min)\b|\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Changing();
}
