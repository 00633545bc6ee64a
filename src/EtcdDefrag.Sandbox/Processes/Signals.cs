using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtcdDefrag.Sandbox.Processes;

/// <summary>Signals to a process started here. The numbers of SIGSTOP and SIGCONT differ between Linux and macOS.</summary>
internal static class Signals
{
    private const int NoSuchProcess = 3;

    public static int Terminate => 15;

    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>Sends a signal; a process that has ended is no error.</summary>
    public static void Send(Process process, int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Windows cannot pause or resume a process by a signal.");
        }

        // Process knows of its child's end at once, so the id cannot have been given to another process meanwhile.
        if (!process.HasExited && Kill(process.Id, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new Win32Exception(error);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
