using System.Text.Json;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>The Pester tests of the repository, as a script that leaves its outcome in a file.</summary>
internal sealed class PesterSuite(string repository, string summaryFile)
{
    /// <summary>The module that NuGet brought, as it was copied along with these tests.</summary>
    private static string PesterManifest => Path.Combine(AppContext.BaseDirectory, "pester", "Pester.psd1");

    /// <summary>Runs every test; a file whose discovery fails counts as a failure too.</summary>
    public string Script => $$"""
        Import-Module '{{Quote(PesterManifest)}}' -ErrorAction Stop
        $configuration = New-PesterConfiguration
        $configuration.Run.Path = '{{Quote(Path.Combine(repository, "tests", "Pester"))}}'
        $configuration.Run.PassThru = $true
        $configuration.Output.Verbosity = 'Detailed'
        $result = Invoke-Pester -Configuration $configuration
        $broken = @($result.FailedContainers) + @($result.FailedBlocks) + @($result.Failed) | Where-Object { $_ } | ForEach-Object {
            @{ Name = "$($_.ExpandedPath ?? $_.Item)"; Message = ($_.ErrorRecord | Out-String).Trim() }
        }
        $left = @($result.Skipped) + @($result.NotRun) | Where-Object { $_ } | ForEach-Object { "$($_.ExpandedPath)" }
        @{ Passed = $result.PassedCount; LeftOut = @($left); Seconds = $result.Duration.TotalSeconds; Failures = @($broken) } | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath '{{Quote(summaryFile)}}'
        """;

    /// <summary>Tells the tests which module and which program for clusters to use: those of this build.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["NO_COLOR"] = "1",
        ["ETCD_DEFRAG_MODULE"] = Path.Combine(repository, "out", "EtcdDefrag"),
        ["ETCD_DEFRAG_SANDBOX"] = Path.Combine(AppContext.BaseDirectory, "sandbox", "EtcdDefrag.Sandbox.dll"),
    };

    /// <summary>The outcome; null where the script did not come to its end.</summary>
    public PesterSummary? ReadSummary() =>
        File.Exists(summaryFile) ? JsonSerializer.Deserialize<PesterSummary>(File.ReadAllText(summaryFile)) : null;

    private static string Quote(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}

/// <summary>What came of the suite.</summary>
/// <param name="Passed">How many tests passed.</param>
/// <param name="LeftOut">The tests that were skipped or not run.</param>
/// <param name="Seconds">How long it all took.</param>
/// <param name="Failures">What failed, with the reasons.</param>
internal sealed record PesterSummary(int Passed, IReadOnlyList<string> LeftOut, double Seconds, IReadOnlyList<PesterFailure> Failures);

/// <summary>One test, block or file that failed.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Message">Why.</param>
internal sealed record PesterFailure(string Name, string Message);
