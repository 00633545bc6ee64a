using System.CommandLine;

namespace EtcdDefrag.Cli.Commands;

/// <summary>
/// <c>etcd-defrag sandbox</c>: keeps a cluster up until it is stopped. Its endpoints are the one line on standard output, so that
/// a script can take them; everything else goes to standard error.
/// </summary>
internal static class SandboxCommand
{
    public static Command Create()
    {
        var options = new SandboxOptions(fill: 0);
        var command = new Command("sandbox", "Keeps a disposable etcd cluster up on 127.0.0.1 and prints its endpoints, until Ctrl+C or the end of its input.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => SandboxFailure.TellAsync(
            parsed, () => RunAsync(options, parsed, cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(SandboxOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        var sandbox = await options.StartAsync(parsed, error, cancellationToken).ConfigureAwait(false);
        await using var sandboxScope = sandbox.ConfigureAwait(false);
        foreach (var member in sandbox.Members)
        {
            await error.WriteLineAsync($"{member.Name}  {member.Endpoint}  process {member.ProcessId}").ConfigureAwait(false);
        }

        await error.WriteLineAsync("Press Ctrl+C to end it; nothing is left behind.").ConfigureAwait(false);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Join(',', sandbox.Endpoints)).ConfigureAwait(false);
        await WaitForEndAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        // A terminal gives lines until Ctrl+C; a script that starts this holds a pipe, and its end is the pipe's end.
        var input = Task.Run(() => Console.In.ReadToEnd(), CancellationToken.None);
        try
        {
            await input.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The wished-for end.
        }
    }
}
