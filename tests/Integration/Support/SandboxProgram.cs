using System.Diagnostics;

namespace EtcdDefrag.Integration.Support;

/// <summary>Runs the sandbox program as a user does: as a process of its own.</summary>
internal static class SandboxProgram
{
    private static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "sandbox", "EtcdDefrag.Sandbox.dll");

    /// <summary>Starts it, its three streams in the caller's hands.</summary>
    public static Process Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it with variables of its own besides those of this process.</summary>
    public static Process Start(Dictionary<string, string> variables, params string[] arguments) =>
        Command.StartProgram(variables, Command.Dotnet, [Path, .. arguments]);

    /// <summary>Runs it to its end.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => Command.RunProgramAsync(Start(arguments));
}
