namespace EtcdDefrag.Sandbox.Locating;

/// <summary>What the search for etcd takes from the machine, in one place, so that tests can replace it.</summary>
internal sealed record EtcdEnvironment
{
    public static EtcdEnvironment Current { get; } = new();

    /// <summary>Reads an environment variable: ETCD_BIN, ETCD_BIN_3_5, ETCD_DOWNLOAD_URL, PATH, XDG_CACHE_HOME.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The cache folder; null for <c>etcd-defrag</c> in the user's own.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Whether the distribution's package may be fetched where nothing else was found.</summary>
    public bool UseDistributionPackage { get; init; } = true;

    public string OsReleaseFile { get; init; } = "/etc/os-release";

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a download may stand still before it counts as broken.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <exception cref="EtcdSandboxException">None is set and the user has no home folder.</exception>
    public string ResolveCacheFolder() => CacheFolder ?? Path.Combine(FindUserCacheFolder(), "etcd-defrag");

    private string FindUserCacheFolder()
    {
        if (Variable("XDG_CACHE_HOME") is { Length: > 0 } chosen && Path.IsPathFullyQualified(chosen))
        {
            return chosen;
        }

        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length == 0)
        {
            // The temporary folder would do, but anyone may put a program there for us to run.
            throw new EtcdSandboxException("This user has no home folder to keep etcd in; set XDG_CACHE_HOME or ETCD_BIN.");
        }

        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }
}
