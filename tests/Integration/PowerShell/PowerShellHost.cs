using System.ComponentModel;
using System.Diagnostics;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>A pwsh that can run the Pester suite.</summary>
internal sealed class PowerShellHost(string program)
{
    private static readonly Version OldestPowerShell = new(7, 4);
    private static readonly Version OldestPester = new(5, 0);

    private const string AskVersions = """
        $pester = (Get-Module Pester -ListAvailable | Sort-Object Version -Descending | Select-Object -First 1).Version
        '{0}.{1};{2}' -f $PSVersionTable.PSVersion.Major, $PSVersionTable.PSVersion.Minor, $pester
        """;

    /// <summary>Looks for pwsh on the PATH; where there is none, or one that is too old, says what is wanting.</summary>
    public static async Task<(PowerShellHost? Host, string Problem)> FindAsync()
    {
        var host = new PowerShellHost("pwsh");
        try
        {
            var answer = await host.RunAsync(AskVersions, new Dictionary<string, string>(StringComparer.Ordinal), TimeSpan.FromMinutes(1));
            var problem = FindProblem(answer.Output);
            return (problem.Length == 0 ? host : null, problem);
        }
        catch (Win32Exception)
        {
            return (null, $"No pwsh is on the PATH; the Pester tests need PowerShell {OldestPowerShell} or later.");
        }
    }

    /// <summary>Runs a script to its end.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<(int ExitCode, string Output)> RunAsync(
        string script, IReadOnlyDictionary<string, string> environment, TimeSpan patience)
    {
        // Not with -NonInteractive, which the tests of progress would miss; with no input nothing can be asked all the same.
        using var process = Process.Start(Describe(script, environment))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var overdue = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(overdue.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {patience}:{Environment.NewLine}{await output}{await errors}", late);
        }

        return (process.ExitCode, await output + await errors);
    }

    private ProcessStartInfo Describe(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            ArgumentList = { "-NoProfile", "-Command", script },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static string FindProblem(string answer)
    {
        var versions = answer.Trim().Split(';');
        if (versions.Length != 2 || !Version.TryParse(versions[0], out var powershell))
        {
            return $"pwsh does not say its version: {answer.Trim()}";
        }

        if (powershell < OldestPowerShell)
        {
            return $"pwsh is {powershell}; the Pester tests need {OldestPowerShell} or later.";
        }

        var hasPester = Version.TryParse(versions[1], out var pester);
        return hasPester && pester >= OldestPester
            ? ""
            : $"pwsh has {(hasPester ? $"Pester {pester}" : "no Pester")}; the tests need Pester {OldestPester} or later.";
    }
}
