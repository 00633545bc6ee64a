using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Sandbox.Processes;

/// <summary>Starts etcd with its output in a file.</summary>
internal static class MemberProcess
{
    /// <summary>The folder, in that of the sandbox, for the members' process ids, which the watchdog reads.</summary>
    public const string NotesFolder = "pids";

    /// <param name="command">The executable and its arguments.</param>
    /// <param name="folder">The sandbox's folder.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="logFile">Takes what etcd writes, after what is there.</param>
    public static Process Start(IReadOnlyList<string> command, string folder, string name, string logFile)
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
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        if (OperatingSystem.IsWindows())
        {
            JobObject.Add(process);

            // Elsewhere the script has sent the output to the file.
            process.ErrorDataReceived += (_, line) => File.AppendAllText(logFile, $"{line.Data}\n");
            process.BeginErrorReadLine();
        }

        return process;
    }

    /// <summary>Reads a shell script that is part of this assembly.</summary>
    public static string ReadScript(string name)
    {
        using var script = new StreamReader(typeof(MemberProcess).Assembly.GetManifestResourceStream(name)!);
        return script.ReadToEnd();
    }

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
}
