using System.Diagnostics;

namespace EtcdDefrag.Integration.Support;

/// <summary>Looks whether processes live.</summary>
internal static class ProcessTable
{
    /// <summary>Whether a process lives. One that has ended and only waits for its parent to notice does not.</summary>
    public static bool Lives(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            return ReadStatus(id) is { } status && !status.Contains("State:\tZ", StringComparison.Ordinal);
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? ReadStatus(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/status");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
