using System.CommandLine;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag completion SHELL</c>: prints a script with which a shell completes the command's flags.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    public static Command Create()
    {
        var command = new Command("completion", "Prints a script that completes this command's flags in bash, zsh, fish or PowerShell.");
        foreach (var shell in Shells)
        {
            var child = new Command(shell, $"For {shell}.");
            child.SetAction((parsed, cancellationToken) => PrintAsync(shell, parsed.InvocationConfiguration.Output, cancellationToken));
            command.Subcommands.Add(child);
        }

        return command;
    }

    private static async Task<int> PrintAsync(string shell, TextWriter output, CancellationToken cancellationToken)
    {
        var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream(shell) ?? throw new InvalidOperationException($"There is no script for {shell}.");
        using var script = new StreamReader(stream);
        await output.WriteAsync(await script.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
