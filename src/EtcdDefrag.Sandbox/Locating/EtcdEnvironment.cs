namespace EtcdDefrag.Sandbox.Locating;

/// <summary>What the search for etcd takes from the machine, in one place, so that tests can say something else.</summary>
public sealed record EtcdEnvironment
{
    /// <summary>The machine and the process as they are.</summary>
    public static EtcdEnvironment Current { get; } = new();

    /// <summary>Reads an environment variable: ETCD_BIN, ETCD_BIN_3_5, ETCD_DOWNLOAD_URL, PATH, XDG_CACHE_HOME.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The cache folder; null for the user's own (see <see cref="ResolveCacheFolder"/>).</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Whether the distribution's package may be fetched where nothing else was found.</summary>
    public bool UseDistributionPackage { get; init; } = true;

    /// <summary>How long a connection to the release server may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a download may stand still before it counts as broken.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where this distribution describes itself.</summary>
    internal string OsReleaseFile { get; init; } = "/etc/os-release";

    /// <summary>Where apt's list of sources is kept.</summary>
    internal string AptFolder { get; init; } = "/etc/apt";

    /// <summary>The clock for every wait.</summary>
    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The cache folder: the one set, else <c>etcd-defrag</c> under XDG_CACHE_HOME, else under the user's own cache folder of
    /// this operating system.
    /// </summary>
    /// <exception cref="InvalidOperationException">None is set and the user has no home folder.</exception>
    public string ResolveCacheFolder() => CacheFolder ?? Path.Combine(UserCacheFolder(), "etcd-defrag");

    private string UserCacheFolder()
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
            throw new InvalidOperationException("This user has no home folder to keep etcd in; set XDG_CACHE_HOME or ETCD_BIN.");
        }

        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }
}
