using System.ComponentModel;
using System.Diagnostics;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>What a program wrote and how it ended.</summary>
internal sealed record ExternalCommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line with something on it, errors first: it usually says why a program failed.</summary>
    public string LastWords => (string.IsNullOrWhiteSpace(Errors) ? Output : Errors)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .LastOrDefault("no output");
}

/// <summary>Runs a short-lived program to its end and keeps what it wrote.</summary>
internal static class ExternalCommand
{
    /// <summary>Runs the program; it is killed when the wait is cancelled.</summary>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static async Task<ExternalCommandResult> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // What programs write is shown in messages; in one language those can be searched for.
        start.Environment["LC_ALL"] = "C";
        using var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ExternalCommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
