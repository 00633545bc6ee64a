namespace EtcdDefrag.Sandbox.Processes;

/// <summary>The shell scripts that are part of this assembly.</summary>
internal static class Scripts
{
    /// <summary>Starts the watchdog and leaves it.</summary>
    public static string LaunchWatchdog { get; } = Read("launch-watchdog.sh");

    /// <summary>Cleans up when the owner is gone.</summary>
    public static string Watchdog { get; } = Read("watchdog.sh");

    /// <summary>Becomes an etcd member.</summary>
    public static string Member { get; } = Read("member.sh");

    private static string Read(string name)
    {
        using var stream = typeof(Scripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
