using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>One configuration gives the same events, in the same words and with the same properties, in PowerShell and in the command.</summary>
public sealed partial class SameEventsTests : IDisposable
{
    private const string Script = """
        $ErrorActionPreference = 'Stop'; $WarningPreference = 'SilentlyContinue'
        Import-Module $env:ETCD_DEFRAG_MODULE
        # What the command has printed, with every property.
        Start-EtcdDefragMonitor -ConfigurationPath $env:T_CONFIG | Select-Object -First ([int] $env:T_COUNT) | ForEach-Object {
            $_ | ConvertTo-Json -Compress -EnumsAsStrings
            if ($_.Event -eq $env:T_CHANGE_AT) { Set-Content -LiteralPath $env:T_CONFIG $env:T_CHANGE }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    private string Config => _folder["monitor.json"];

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Of_a_dry_run_on_one_cluster()
    {
        await using var sandbox = await BeginAsync();
        var (ofCommand, ofCmdlet) = await RunBothAsync(Text(sandbox, "\"dryRun\": true,"), "CheckScheduled");

        AssertSame(ofCommand, ofCmdlet);
        Assert.Equal("RoundSucceeded", NameOf(ofCommand[^2]));
        Assert.Equal(3, ofCommand.Count(t => NameOf(t) == "MemberJudged"));
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    [SkippableFact]
    public async Task Of_a_run()
    {
        await using var sandbox = await BeginAsync();
        var (ofCommand, ofCmdlet) = await RunBothAsync(Text(sandbox, ""), "CheckScheduled", () => sandbox.FillAsync(new EtcdFill(8)));

        AssertSame(ofCommand, ofCmdlet);
        Assert.Equal("RoundSucceeded", NameOf(ofCommand[^2]));
        Assert.Equal(6, ServerLog.Defragmentations(sandbox).Count);
    }

    [SkippableFact]
    public async Task Of_rounds_that_fail_until_the_cluster_is_degraded()
    {
        SkipWithoutSignals();
        var (ofCommand, ofCmdlet) = await RunBothAsync(
            """{ "endpoints": ["127.0.0.1:1"], "checkInterval": "1s", "failureBudget": 2 }""", "ClusterDegraded");

        AssertSame(ofCommand, ofCmdlet);
        Assert.Equal(2, ofCommand.Count(t => NameOf(t) == "RoundFailed"));
    }

    [SkippableFact]
    public async Task Of_a_change_that_is_refused()
    {
        SkipWithoutSignals();
        var (ofCommand, ofCmdlet) = await RunBothAsync(
            """{ "endpoints": ["127.0.0.1:1"], "checkInterval": "1h" }""", "ConfigurationRefused", changeAt: "CheckScheduled", change: """{ "endpoint": 1 }""");

        AssertSame(ofCommand, ofCmdlet);
        Assert.Contains(ofCommand, t => NameOf(t) == "ConfigurationRefused" && t["line"] == "1");
    }

    private static void SkipWithoutSignals() => Skip.If(OperatingSystem.IsWindows(), "There are no signals.");

    private static async Task<EtcdSandbox> BeginAsync()
    {
        SkipWithoutSignals();
        var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions());
        await sandbox.FillAsync(new EtcdFill(8));
        return sandbox;
    }

    private static string Text(EtcdSandbox sandbox, string keys) => $$"""
        { {{keys}} "endpoints": ["{{sandbox.Endpoints[0]}}"], "checkInterval": "1h", "defragOnStartup": true, "pauseBetweenMembers": "0s", "policy": { "minDbSize": "1MiB" } }
        """;

    /// <summary>Has first the command and then the cmdlet watch by a file until an event comes, and gives what each entry.</summary>
    private async Task<(IReadOnlyList<SortedDictionary<string, string>> OfCommand, IReadOnlyList<SortedDictionary<string, string>> OfCmdlet)> RunBothAsync(
        string text, string until, Func<Task>? between = null, string changeAt = "", string change = "")
    {
        await File.WriteAllTextAsync(Config, text);
        await using var command = MonitorProcess.Start(Config, null, "--output", "json");
        if (change.Length > 0)
        {
            await command.UntilAsync(changeAt);
            await File.WriteAllTextAsync(Config, change);
        }

        await command.UntilAsync(until);
        command.Signal(MonitorProcess.Terminate);
        Assert.Equal(0, await command.EndAsync());
        var last = command.Events.Select(MonitorProcess.NameOf).ToList().IndexOf(until);
        var ofCommand = command.Events.Take(last + 1).Select(Show).ToArray();
        await (between?.Invoke() ?? Task.CompletedTask);

        await File.WriteAllTextAsync(Config, text);
        var pwsh = await PowerShellHost.FindAsync();
        var run = await pwsh.RunAsync(Script, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NO_COLOR"] = "1",
            ["ETCD_DEFRAG_MODULE"] = Path.Combine(RepositoryFolder.Find(), "out", "EtcdDefrag"),
            ["T_CONFIG"] = Config,
            ["T_COUNT"] = ofCommand.Length.ToString(CultureInfo.InvariantCulture),
            ["T_CHANGE_AT"] = changeAt,
            ["T_CHANGE"] = change,
        }, TimeSpan.FromMinutes(1));
        Assert.True(run.ExitCode == 0, run.Output);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (ofCommand, [.. lines.Select(l => Show(JsonSerializer.Deserialize<JsonElement>(l)))]);
    }

    private static void AssertSame(IReadOnlyList<SortedDictionary<string, string>> ofCommand, IReadOnlyList<SortedDictionary<string, string>> ofCmdlet)
    {
        Assert.Equal(ofCommand.Select(NameOf), ofCmdlet.Select(NameOf));
        string[] command = [.. ofCommand.Select(Write)];
        string[] cmdlet = [.. ofCmdlet.Select(Write)];

        // What differs is shown whole.
        var different = string.Join("\n\n", command.Except(cmdlet).Select(t => $"only the command:\n{t}").Concat(cmdlet.Except(command).Select(t => $"only the cmdlet:\n{t}")));
        Assert.True(different.Length == 0, different);
        Assert.Equal(command.Order(StringComparer.Ordinal), cmdlet.Order(StringComparer.Ordinal));
    }

    private static string NameOf(SortedDictionary<string, string> entry) => entry["event"];

    private static string Write(SortedDictionary<string, string> entry) => string.Join('\n', entry.Select(p => $"{p.Key}={p.Value}"));

    /// <summary>The properties that say something, by the command's names; of what differs from run to run only that it is there.</summary>
    private static SortedDictionary<string, string> Show(JsonElement entry)
    {
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in entry.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null && p.Value.ToString().Length > 0))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            shown[name switch { "duration" => "tookSeconds", _ => name }] = name switch
            {
                "at" or "dueAt" or "duration" or "tookSeconds" or "dbSizeBefore" or "dbSizeInUseBefore" or "dbSizeAfter" or "bytesReclaimed" => "there",
                "level" => property.Value.ToString().ToLowerInvariant()[..4],
                _ => InAnyOrder(Changing().Replace(property.Value.ToString(), "N")),
            };
        }

        return shown;
    }

    /// <summary>Which of two followers has a page more to win, and comes first, differs from run to run.</summary>
    private static string InAnyOrder(string message)
    {
        const string Told = "in this order: ";
        var at = message.IndexOf(Told, StringComparison.Ordinal) + Told.Length;
        return at < Told.Length ? message : message[..at] + string.Join(", ", message[at..].TrimEnd('.').Split("), ").Select(m => m.TrimEnd(')')).Order(StringComparer.Ordinal));
    }

    /// <summary>What took how long, how large files are, and when the next check is due, differs from run to run.</summary>
    [GeneratedRegex(@"\d+(\.\d+)?( ms| s| min| [KMG]iB|%)|\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Changing();
}
