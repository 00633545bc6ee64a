using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>
/// The PowerShell that tests run in: the .NET tool that .config/dotnet-tools.json pins, which is restored where it is not yet there, or
/// the pwsh that ETCD_DEFRAG_PWSH names.
/// </summary>
internal sealed class PowerShellHost
{
    /// <summary>The variable that names another pwsh.</summary>
    private const string Variable = "ETCD_DEFRAG_PWSH";

    private static readonly Version OldestPowerShell = new(7, 4);

    private static readonly Task<PowerShellHost> Found = LocateAsync();

    private readonly string _program;
    private readonly IReadOnlyList<string> _firstArguments;

    private PowerShellHost(string program, params string[] firstArguments) => (_program, _firstArguments) = (program, firstArguments);

    /// <summary>Its version, such as 7.6.9.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Finds it, once for all tests.</summary>
    /// <exception cref="InvalidOperationException">There is none, or one that is too old.</exception>
    public static Task<PowerShellHost> FindAsync() => Found;

    /// <summary>Runs a script to its end. However long that takes on a busy machine, it hangs only where it writes nothing any more.</summary>
    /// <exception cref="TimeoutException">It wrote nothing for so long.</exception>
    public async Task<(int ExitCode, string Output)> RunAsync(
        string script, IReadOnlyDictionary<string, string> environment, TimeSpan maxSilence)
    {
        // Not with -NonInteractive, which the tests of progress would miss; with no input nothing can be asked all the same.
        using var process = Process.Start(Describe(script, environment))!;
        process.StandardInput.Close();
        using var overdue = new CancellationTokenSource(maxSilence);
        var output = ReadAsync(process.StandardOutput, () => overdue.CancelAfter(maxSilence));
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync(overdue.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_program} wrote nothing for {maxSilence}:{Environment.NewLine}{await output}{await errors}", late);
        }

        return (process.ExitCode, await output + await errors);
    }

    private static async Task<string> ReadAsync(StreamReader reader, Action lineRead)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            lineRead();
        }

        return text.ToString();
    }

    private static async Task<PowerShellHost> LocateAsync()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var host = string.IsNullOrEmpty(named) ? await RestoreToolAsync() : new PowerShellHost(named);
        host.Version = await host.AskVersionAsync();
        return System.Version.Parse(host.Version.Split('-')[0]) >= OldestPowerShell
            ? host
            : throw new InvalidOperationException($"{host._program} is PowerShell {host.Version}; the tests need {OldestPowerShell} or later.");
    }

    /// <summary>
    /// Restores the tool, which takes no time and no network where that was done before, and asks it where it lies: started from there it
    /// is one process and not three, and the one that signals are meant for.
    /// </summary>
    private static async Task<PowerShellHost> RestoreToolAsync()
    {
        await RunDotnetAsync("tool", "restore");
        var home = await RunDotnetAsync("tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-Command", "$PSHOME");
        return new PowerShellHost(Command.Dotnet, Path.Combine(home, "pwsh.dll"));
    }

    private static async Task<string> RunDotnetAsync(params string[] arguments)
    {
        var result = await Command.RunProgramAsync(Process.Start(new ProcessStartInfo(Command.Dotnet, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = RepositoryFolder.Find(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        return result.ExitCode == 0
            ? string.Join('\n', result.Output)
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}: {result}\nAnother pwsh can be named in {Variable}.");
    }

    private async Task<string> AskVersionAsync()
    {
        try
        {
            var (exitCode, output) = await RunAsync("\"$($PSVersionTable.PSVersion)\"", new Dictionary<string, string>(StringComparer.Ordinal), TimeSpan.FromMinutes(1));
            return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{_program} does not say its version: {output.Trim()}");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"{Variable} is {_program}, which cannot be started: {exception.Message}", exception);
        }
    }

    private ProcessStartInfo Describe(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(_program, [.. _firstArguments, "-NoProfile", "-Command", script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
