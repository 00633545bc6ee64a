using System.Runtime.InteropServices;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>
/// What a service is told by signals: SIGTERM and SIGINT stop it in order, and the second of them ends the process at once, as it would
/// without anybody to handle it; SIGHUP has the file read again.
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

        // On Windows it would be the closing of the console, which is no wish to read a file.
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

    /// <summary>Stops the monitor.</summary>
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
