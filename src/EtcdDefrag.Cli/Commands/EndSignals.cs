using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli.Commands;

/// <summary>
/// Signals that end a process at once where nobody handles them, Ctrl+C and a lost terminal among them: a run ends in order instead,
/// gives its lock back, and tells what it left open. The second one ends it as it would without.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly PosixSignalRegistration[] _registrations;

    public EndSignals(CancellationToken cancellationToken)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        _registrations = [.. signals.Select(s => PosixSignalRegistration.Create(s, EndInOrder))];
    }

    /// <summary>Ends the command, by a signal or by the caller.</summary>
    public CancellationToken End => _end.Token;

    public void Dispose()
    {
        Array.ForEach(_registrations, r => r.Dispose());
        _end.Dispose();
    }

    private void EndInOrder(PosixSignalContext context)
    {
        if (!_end.IsCancellationRequested)
        {
            context.Cancel = true;
            _end.Cancel();
        }
    }
}
