using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Whether the terminal acts on escape sequences. A console of Windows does so only when it was told to: Windows Terminal and PowerShell
/// have, cmd.exe has not, and shows the sequences as signs.
/// </summary>
internal static class VirtualTerminal
{
    private const int StandardError = -12;
    private const uint ProcessSequences = 0x4;

    /// <summary>Switches escape sequences on for standard error; false if it has none.</summary>
    public static bool TryEnable() => !OperatingSystem.IsWindows() || TryEnable(GetStdHandle(StandardError));

    [SupportedOSPlatform("windows")]
    private static bool TryEnable(nint console) =>
        GetConsoleMode(console, out var mode) && ((mode & ProcessSequences) != 0 || SetConsoleMode(console, mode | ProcessSequences));

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetStdHandle(int which);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetConsoleMode(nint console, out uint mode);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetConsoleMode(nint console, uint mode);
}
