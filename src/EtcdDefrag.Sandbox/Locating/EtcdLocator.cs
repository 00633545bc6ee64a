namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// Finds an etcd executable: in the folder an environment variable names, in PATH, in the cache, in the official release archive
/// and, on Debian and Ubuntu, in the distribution's package. The first that fits is taken.
/// </summary>
public sealed class EtcdLocator
{
    private readonly IReadOnlyList<IEtcdSource> _sources;
    private readonly Action<string> _log;

    /// <summary>Sets the search up; nothing is looked for yet.</summary>
    /// <param name="environment">Where to look; null for this machine as it is.</param>
    /// <param name="log">Takes a line for every place tried and one for the choice; null for silence.</param>
    public EtcdLocator(EtcdEnvironment? environment = null, Action<string>? log = null)
    {
        environment ??= EtcdEnvironment.Current;
        _log = log ?? (static _ => { });
        var cache = new EtcdCache(environment);
        _sources =
        [
            new FolderSource(environment),
            new PathSource(environment),
            new CacheSource(cache),
            new ReleaseArchiveSource(environment, cache, _log),
            new DistributionPackageSource(environment, cache, _log),
        ];
    }

    /// <summary>Finds an etcd.</summary>
    /// <param name="request">Which one; null for any from 3.4 on.</param>
    /// <param name="cancellationToken">Gives the search up.</param>
    /// <exception cref="EtcdNotFoundException">None could be had; the message lists every place tried.</exception>
    public async Task<EtcdBinary> FindAsync(EtcdVersionRequest? request = null, CancellationToken cancellationToken = default)
    {
        request ??= EtcdVersionRequest.Any;
        var attempts = new List<EtcdSearchAttempt>();
        foreach (var source in _sources)
        {
            var answer = await source.FindAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.Binary is { } binary)
            {
                _log($"Using {binary}.");
                return binary;
            }

            attempts.AddRange(answer.Attempts);
            foreach (var attempt in answer.Attempts)
            {
                _log($"No {request} from {attempt}");
            }
        }

        throw new EtcdNotFoundException(request, attempts);
    }
}
