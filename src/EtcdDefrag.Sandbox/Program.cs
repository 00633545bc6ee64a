using System.Runtime.InteropServices;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Commands;
using EtcdDefrag.Sandbox.Locating;

const int Failed = 1;
const int Usage = 64;
const int Interrupted = 130;

if (args.Length == 0 || args.Contains("--help") || args.Contains("-h"))
{
    Console.Write(SandboxArguments.Help);
    return args.Length == 0 ? Usage : 0;
}

// The first signal ends the cluster in order. The second ends the process, and the watchdog clears up.
using var end = new CancellationTokenSource();
PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
var registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, context =>
{
    context.Cancel = !end.IsCancellationRequested;
    end.Cancel();
}));
try
{
    var given = SandboxArguments.Parse(args);
    return await (given.IsTry ? TryCommand.RunAsync(given, end.Token) : UpCommand.RunAsync(given, end.Token));
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n--help lists the commands and their options.");
    return Usage;
}
catch (Exception failure) when (failure is
    EtcdSandboxException or EtcdSandboxClientException or EtcdNotFoundException or HttpRequestException or TimeoutException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return Failed;
}
catch (OperationCanceledException) when (end.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Interrupted; the cluster is gone, and its files with it.");
    return Interrupted;
}
finally
{
    Array.ForEach(registrations, registration => registration.Dispose());
}
