using System.Diagnostics;

namespace EtcdDefrag.Sandbox.Processes;

/// <summary>
/// A small shell process that outlives the owner. It reads from a pipe; when the owner ends, in whatever way, the pipe closes and
/// it kills the members noted in the sandbox's folder and deletes the folder.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly Process _launcher;
    private readonly TimeProvider _time;

    private Watchdog(Process launcher, TimeProvider time)
    {
        _launcher = launcher;
        _time = time;
    }

    /// <summary>Starts the watchdog and waits until it is on guard. There is none on Windows: null.</summary>
    public static async Task<Watchdog?> StartAsync(string sandboxFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", Scripts.LaunchWatchdog, "sh", Scripts.Watchdog, sandboxFolder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var launcher = new Process { StartInfo = start };
        try
        {
            launcher.Start();
            var greeting = await launcher.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (greeting == "watching")
            {
                return new Watchdog(launcher, time);
            }

            var complaint = await launcher.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            throw new EtcdSandboxException($"The watchdog did not start: {complaint}");
        }
        catch
        {
            launcher.Dispose();
            throw;
        }
    }

    /// <summary>Sends the watchdog on its last round and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        using (_launcher)
        {
            _launcher.StandardInput.Close();
            using var timeout = new CancellationTokenSource(Timeout, _time);
            try
            {
                // Its end of this pipe closes when it ends.
                await _launcher.StandardOutput.ReadToEndAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception)
            {
                throw new EtcdSandboxException($"The watchdog did not end within {Timeout.TotalSeconds} s.", exception);
            }
        }
    }
}
