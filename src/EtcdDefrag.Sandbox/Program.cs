using System.Runtime.InteropServices;
using EtcdDefrag.Sandbox.Commands;

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
    return await SandboxProgram.RunAsync(args, Console.Out, Console.Error, end.Token);
}
finally
{
    Array.ForEach(registrations, registration => registration.Dispose());
}
