using System.Diagnostics;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>
/// The temporary folder of one sandbox. A small shell process, the watchdog, outlives the owner: it reads from a pipe, and when the
/// owner ends, in whatever way, the pipe closes; it then kills the members noted in the folder and deletes the folder. On Windows a job object
/// ends the members, and the folder of an owner that was killed stays.
/// </summary>
internal sealed class SandboxFolder : IAsyncDisposable
{
    private static readonly TimeSpan WatchdogTimeout = TimeSpan.FromSeconds(15);

    private Process? _watchdog;

    public string Path { get; } = Directory.CreateTempSubdirectory("etcd-defrag-sandbox-").FullName;

    /// <summary>Makes the folder, for this user alone, and has it watched, except on Windows.</summary>
    public static async Task<SandboxFolder> CreateAsync(CancellationToken cancellationToken)
    {
        var folder = new SandboxFolder();
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, MemberProcess.NotesFolder));
            if (!OperatingSystem.IsWindows())
            {
                await folder.StartWatchdogAsync(cancellationToken);
            }

            return folder;
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes the folder and waits until the watchdog has ended after its last round. The members must have ended.</summary>
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
            if (_watchdog is not null)
            {
                await StopAsync(_watchdog);
            }
        }
    }

    /// <summary>Starts the watchdog and waits until it watches.</summary>
    private async Task StartWatchdogAsync(CancellationToken cancellationToken)
    {
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
            var problem = await _watchdog.StandardError.ReadToEndAsync(cancellationToken);
            throw new EtcdSandboxException($"The watchdog did not start: {problem}");
        }
    }

    private static async Task StopAsync(Process watchdog)
    {
        using (watchdog)
        {
            try
            {
                // The other pipe closes when it ends.
                watchdog.StandardInput.Close();
                await watchdog.StandardOutput.ReadToEndAsync().WaitAsync(WatchdogTimeout, TimeProvider.System);
            }
            catch (TimeoutException exception)
            {
                throw new EtcdSandboxException($"The watchdog did not end within {WatchdogTimeout.TotalSeconds} s.", exception);
            }
        }
    }
}
