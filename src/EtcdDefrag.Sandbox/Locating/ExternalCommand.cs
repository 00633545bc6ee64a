using System.ComponentModel;
using System.Diagnostics;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>What a program wrote and how it ended.</summary>
internal sealed record ExternalCommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line with something on it, errors first: it usually says why a program failed.</summary>
    public string LastWords
    {
        get
        {
            var text = string.IsNullOrWhiteSpace(Errors) ? Output : Errors;
            return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no output";
        }
    }
}

/// <summary>Runs a short-lived program to its end and keeps what it wrote.</summary>
internal static class ExternalCommand
{
    /// <summary>Runs the program; it is ended when the wait is given up.</summary>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static async Task<ExternalCommandResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        string? workingFolder = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        using var process = new Process { StartInfo = Describe(file, arguments, workingFolder, variables) };
        process.Start();
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(cancellationToken)).ConfigureAwait(false);
            return new ExternalCommandResult(
                process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static ProcessStartInfo Describe(
        string file, IEnumerable<string> arguments, string? workingFolder, IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingFolder ?? string.Empty,
        };

        // Other people's words are shown in reasons; in one language they can be searched for.
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
