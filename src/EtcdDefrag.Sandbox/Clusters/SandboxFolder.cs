using System.Diagnostics;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>
/// The temporary folder of one sandbox. A small shell process, the watchdog, outlives the owner: it reads from a pipe, and when the
/// owner ends, in whatever way, the pipe closes; it then kills the members noted in the folder and deletes the folder.
/// </summary>
internal sealed class SandboxFolder : IAsyncDisposable
{
    private static readonly TimeSpan WatchdogTimeout = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-defrag-sandbox-");
    private Process? _watchdog;

    public string Path => _folder.FullName;

    /// <summary>Makes the folder, for this user alone, and has it watched.</summary>
    public static async Task<SandboxFolder> CreateAsync(CancellationToken cancellationToken)
    {
        var folder = new SandboxFolder();
        try
        {
            folder._folder.CreateSubdirectory(MemberProcess.NotesFolder);
            await folder.StartWatchdogAsync(cancellationToken);
            return folder;
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes the folder, sends the watchdog on its last round and waits until it has ended. The members must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
        finally
        {
            await StopWatchdogAsync();
        }
    }

    /// <summary>Starts the watchdog and waits until it watches. There is none on Windows.</summary>
    private async Task StartWatchdogAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string[] arguments = ["-c", MemberProcess.ReadScript("launch-watchdog.sh"), "sh", MemberProcess.ReadScript("watchdog.sh"), Path];
        _watchdog = Process.Start(new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        if (await _watchdog.StandardOutput.ReadLineAsync(cancellationToken) != "watching")
        {
            throw new EtcdSandboxException($"The watchdog did not start: {await _watchdog.StandardError.ReadToEndAsync(cancellationToken)}");
        }
    }

    private async Task StopWatchdogAsync()
    {
        if (_watchdog is null)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(WatchdogTimeout, TimeProvider.System);
        using var watchdog = _watchdog;
        try
        {
            // Its end of the other pipe closes when it ends.
            watchdog.StandardInput.Close();
            await watchdog.StandardOutput.ReadToEndAsync(timeout.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new EtcdSandboxException($"The watchdog did not end within {WatchdogTimeout.TotalSeconds} s.", exception);
        }
    }
}
