using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Integration.Support;

/// <summary>A machine of a test's own for the search for etcd: nothing of the real one is looked at unless the test says so.</summary>
internal sealed class SearchPlaces : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly List<string> _log = [];

    public SearchPlaces()
    {
        // A port that nothing listens on: refused at once.
        _variables["ETCD_DOWNLOAD_URL"] = "http://127.0.0.1:1";
        Environment = new EtcdEnvironment
        {
            Variable = name => _variables.GetValueOrDefault(name),
            CacheFolder = _folder["cache"],
            OsReleaseFile = _folder["no-os-release"],
            ConnectTimeout = TimeSpan.FromSeconds(1),
            StallTimeout = TimeSpan.FromSeconds(1),
        };
    }

    /// <summary>What the search is given; a test may exchange it.</summary>
    public EtcdEnvironment Environment { get; set; }

    /// <summary>The lines the search has written.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>The search's own cache.</summary>
    public string CacheFolder => _folder["cache"];

    /// <summary>A place for the test's own files.</summary>
    public TemporaryFolder Folder => _folder;

    /// <summary>Sets an environment variable, for the search alone.</summary>
    public void Set(string variable, string value) => _variables[variable] = value;

    /// <summary>Points a variable to the folder of an etcd.</summary>
    public void Set(string variable, EtcdBinary binary) => Set(variable, Path.GetDirectoryName(binary.Path)!);

    /// <summary>Puts an etcd into the cache.</summary>
    public void AddToCache(EtcdBinary binary)
    {
        var folder = Directory.CreateDirectory(Path.Combine(CacheFolder, "etcd", binary.Version.ToString())).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(binary.Path)), binary.Path);
    }

    public Task<EtcdBinary> FindAsync(string? minor = null) => new EtcdLocator(Environment, _log.Add).FindAsync(
        minor is null ? null : EtcdVersionRequest.ForMinor(minor));

    public Task<EtcdNotFoundException> FindNothingAsync(string? minor = null) =>
        Assert.ThrowsAsync<EtcdNotFoundException>(() => FindAsync(minor));

    public void Dispose() => _folder.Dispose();
}
