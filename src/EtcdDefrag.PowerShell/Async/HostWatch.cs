namespace EtcdDefrag.PowerShell.Async;

/// <summary>Tells sessions with somebody before them from those of services and scheduled tasks.</summary>
internal static class HostWatch
{
    /// <summary>Whether anybody can be looking: PowerShell was not started with -NonInteractive, and not as a service.</summary>
    public static bool IsInteractive { get; } = Environment.UserInteractive
        && !Environment.GetCommandLineArgs().Any(a => a.TrimStart('-', '/').StartsWith("noni", StringComparison.OrdinalIgnoreCase));
}
