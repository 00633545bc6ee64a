using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Sandbox.Processes;

/// <summary>One running etcd process, its output in a file.</summary>
internal sealed class MemberProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _pump;

    private MemberProcess(Process process, Task pump)
    {
        _process = process;
        _pump = pump;
        Id = process.Id;
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts etcd.</summary>
    /// <param name="command">The executable and its arguments.</param>
    /// <param name="folder">Where it is started.</param>
    /// <param name="notesFolder">Where the process id is noted for the watchdog.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="logFile">Takes what etcd writes, after what is there.</param>
    public static MemberProcess Start(IReadOnlyList<string> command, string folder, string notesFolder, string name, string logFile)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command.Skip(1))
            : new ProcessStartInfo("/bin/sh", ["-c", Scripts.Member, "sh", notesFolder, name, logFile, .. command]);
        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        SetEnvironment(start.Environment);
        var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();

        // On unix the shell script has sent the output to the file.
        return new MemberProcess(process, OperatingSystem.IsWindows() ? PumpAsync(process, logFile) : Task.CompletedTask);
    }

    /// <summary>Sends a signal.</summary>
    public void Send(int signal) => Signals.Send(_process, signal);

    /// <summary>SIGKILL, TerminateProcess on Windows.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits until it has ended.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
    }

    /// <summary>Lets go of the process; it is not ended by this.</summary>
    public void Dispose() => _process.Dispose();

    private static void SetEnvironment(IDictionary<string, string?> variables)
    {
        // etcd takes settings from ETCD_*; those of whoever runs the sandbox are not meant for its members.
        foreach (var name in variables.Keys.Where(name => name.StartsWith("ETCD_", StringComparison.Ordinal)).ToList())
        {
            variables.Remove(name);
        }

        // etcd 3.4 runs on other processors than amd64 only if told that one knows.
        if (RuntimeInformation.OSArchitecture == Architecture.Arm64)
        {
            variables["ETCD_UNSUPPORTED_ARCH"] = "arm64";
        }
    }

    private static async Task PumpAsync(Process process, string logFile)
    {
        var log = new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await using var logScope = log.ConfigureAwait(false);
        await process.StandardError.BaseStream.CopyToAsync(log).ConfigureAwait(false);
    }
}
