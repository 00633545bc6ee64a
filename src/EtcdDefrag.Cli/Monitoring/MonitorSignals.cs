using System.Runtime.InteropServices;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>
/// The signals of a service. The first SIGTERM or SIGINT stops the monitor in order, and the second one ends the process at once, as if
/// nobody handled it; SIGHUP reads the configuration again.
/// </summary>
internal sealed class MonitorSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly List<PosixSignalRegistration> _registrations = [];

    public MonitorSignals(ConfigurationFile file, ServiceNotifier service, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOrEnd));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOrEnd));

        // On Windows it means that the console is closed.
        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                service.Reloading();
                file.ReadSoon();
            }));
        }
    }

    public CancellationToken Stop => _stop.Token;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
    }

    private void StopOrEnd(PosixSignalContext context)
    {
        if (!_stop.IsCancellationRequested)
        {
            context.Cancel = true;
            _stop.Cancel();
        }
    }
}
