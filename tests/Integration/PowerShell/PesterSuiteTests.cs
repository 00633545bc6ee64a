using System.Globalization;
using EtcdDefrag.Integration.Support;
using Xunit.Abstractions;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>Runs tests/Pester in a real PowerShell: cmdlets cannot be tested anywhere else.</summary>
[Collection(Alone.Name)]
public sealed class PesterSuiteTests(ITestOutputHelper output)
{
    /// <summary>Far longer than any one test takes.</summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(5);

    /// <summary>Far fewer than there are: what is guarded against is files that are not found.</summary>
    private const int FewestTests = 1000;

    /// <summary>What .ci/run asks for: one test among many does not show that the suite ran.</summary>
    private static string ProofFile => Path.Combine(AppContext.BaseDirectory, "pester.txt");

    [Fact]
    public async Task Every_pester_test_passes()
    {
        var pwsh = await PowerShellHost.FindAsync();
        using var folder = new TemporaryFolder();
        var suite = new PesterSuite(RepositoryFolder.Find(), Path.Combine(folder.Path, "pester.json"));
        var run = await pwsh.RunAsync(suite.Script, suite.Environment, MaxSilence);
        output.WriteLine(run.Output);

        var summary = suite.ReadSummary() ?? throw new InvalidOperationException($"Pester did not come to its end:{Environment.NewLine}{run.Output}");
        var said = string.Create(CultureInfo.InvariantCulture, $"{summary.Passed} Pester tests passed in PowerShell {pwsh.Version}, in {summary.Seconds:0} s.");
        output.WriteLine(said);
        Assert.True(summary.Failures.Count == 0, string.Join(Environment.NewLine, summary.Failures.Select(f => $"{f.Name}: {f.Message}")));

        // Some need the signals that Windows does not have.
        Assert.True(summary.LeftOut.Count == 0 || OperatingSystem.IsWindows(), $"Not run: {string.Join(", ", summary.LeftOut)}");
        Assert.True(summary.Passed >= FewestTests, $"Only {summary.Passed} Pester tests ran.");
        await File.WriteAllTextAsync(ProofFile, said + Environment.NewLine);
    }
}
