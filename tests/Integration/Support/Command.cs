using System.Diagnostics;

namespace EtcdDefrag.Integration.Support;

/// <summary>Runs the etcd-defrag command as a user does: as a process of its own.</summary>
internal static class Command
{
    /// <summary>The command as it was built along with these tests, or the program that TESTED_ETCD_DEFRAG names.</summary>
    private static string Path { get; } = Environment.GetEnvironmentVariable("TESTED_ETCD_DEFRAG") is { Length: > 0 } program
        ? System.IO.Path.GetFullPath(program)
        : System.IO.Path.Combine(AppContext.BaseDirectory, "cli", "etcd-defrag.dll");

    /// <summary>What starts it: itself where it is native, else a runtime.</summary>
    private static string[] Program { get; } = Path.EndsWith(".dll", StringComparison.Ordinal) ? [Dotnet, Path] : [Path];

    /// <summary>What starts it, as words of a shell's line.</summary>
    public static string ShellWords => string.Join(' ', Program.Select(w => $"'{w}'"));

    /// <summary>The dotnet that runs these tests.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Starts it, its three streams in the caller's hands.</summary>
    public static Process Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it with variables of its own besides those of this process.</summary>
    public static Process Start(Dictionary<string, string> environment, string[] arguments) =>
        StartProgram(environment, Program[0], [.. Program[1..], .. arguments]);

    /// <summary>Runs it to its end.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>Runs it to its end, with variables of the environment.</summary>
    public static Task<CommandResult> RunAsync(Dictionary<string, string> variables, params string[] arguments) =>
        RunProgramAsync(Start(variables, arguments));

    /// <summary>Runs it through a shell, as a part of a line in which it is called <c>etcd-defrag</c>.</summary>
    public static Process StartInShell(string line, string shell = "bash") =>
        StartProgram([], shell, ["-c", $"etcd-defrag() {{ {ShellWords} \"$@\"; }}\n{line}"]);

    /// <summary>Starts it at a terminal that util-linux' script makes. Script hands its line to whatever $SHELL is, so that nothing in it belongs to one shell.</summary>
    public static Process StartAtTerminal(string arguments) =>
        StartProgram([], "/usr/bin/script", ["-qec", $"{ShellWords} {arguments}", "/dev/null"]);

    /// <summary>Waits for a program's end.</summary>
    public static async Task<CommandResult> RunProgramAsync(Process started)
    {
        using var process = started;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, Split(await output), Split(await error));
    }

    public static Process StartProgram(Dictionary<string, string> variables, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string[] Split(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>How a command ended.</summary>
internal sealed record CommandResult(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error)
{
    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}\n{string.Join('\n', Output)}\n{string.Join('\n', Error)}";
}
