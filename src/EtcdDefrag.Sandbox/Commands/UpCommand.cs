namespace EtcdDefrag.Sandbox.Commands;

/// <summary>
/// <c>up</c>: keeps a cluster up until it is told to end. Its endpoints are the one line on standard output, so that a script can
/// take them; everything else goes to standard error.
/// </summary>
internal static class UpCommand
{
    public static async Task<int> RunAsync(SandboxArguments given, CancellationToken cancellationToken)
    {
        await using var sandbox = await given.StartAsync(Console.Error, cancellationToken);
        await given.FillAsync(sandbox, Console.Error, cancellationToken);
        foreach (var member in sandbox.Members)
        {
            await Console.Error.WriteLineAsync($"{member.Name}  {member.Endpoint}  process {member.ProcessId}");
        }

        await Console.Error.WriteLineAsync($"Logs and data are in {sandbox.Folder} until Ctrl+C or SIGTERM; then nothing is left behind.");
        await Console.Out.WriteLineAsync(string.Join(',', sandbox.Endpoints));

        // Without the option, standard input means nothing: a job in the background or a service has none.
        var signal = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        await Task.WhenAny(signal, given.UntilInputEnds ? Task.Run(Console.In.ReadToEnd, CancellationToken.None) : signal);
        return 0;
    }
}
