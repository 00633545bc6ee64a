using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Sandbox.Processes;

/// <summary>One running etcd process, its output in a file.</summary>
internal sealed class MemberProcess : IDisposable
{
    /// <summary>The folder, in that of the sandbox, for the members' process ids, which the watchdog reads.</summary>
    public const string NotesFolder = "pids";

    private readonly Process _process;
    private readonly Task _copyingLog;

    private MemberProcess(IReadOnlyList<string> command, string folder, string name, string logFile)
    {
        var notes = Path.Combine(folder, NotesFolder);
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command.Skip(1))
            : new ProcessStartInfo("/bin/sh", ["-c", ReadScript("member.sh"), "sh", notes, name, logFile, .. command]);
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        SetEnvironment(start.Environment);
        _process = Process.Start(start)!;
        _process.StandardInput.Close();

        // On unix the shell script has sent the output to the file.
        _copyingLog = OperatingSystem.IsWindows() ? CopyLogAsync(_process, logFile) : Task.CompletedTask;
        Id = _process.Id;
    }

    public int Id { get; }

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts etcd.</summary>
    /// <param name="command">The executable and its arguments.</param>
    /// <param name="folder">The sandbox's folder.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="logFile">Takes what etcd writes, after what is there.</param>
    public static MemberProcess Start(IReadOnlyList<string> command, string folder, string name, string logFile) =>
        new(command, folder, name, logFile);

    /// <summary>Reads a shell script that is part of this assembly.</summary>
    public static string ReadScript(string name)
    {
        using var script = new StreamReader(typeof(MemberProcess).Assembly.GetManifestResourceStream(name)!);
        return script.ReadToEnd();
    }

    public void Send(int signal) => Signals.Send(_process, signal);

    /// <summary>SIGKILL, TerminateProcess on Windows.</summary>
    public void Kill() => _process.Kill();

    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _copyingLog;
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

    private static async Task CopyLogAsync(Process process, string logFile)
    {
        await using var log = new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await process.StandardError.BaseStream.CopyToAsync(log);
    }
}
