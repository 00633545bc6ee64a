using System.Runtime.CompilerServices;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// Finds an etcd executable: in the folder that a variable names, in PATH, in the cache, in the official release archive and, on
/// Debian and Ubuntu, in the distribution's package. The first that fits is taken.
/// </summary>
/// <param name="environment">Where to look; null for this machine as it is.</param>
/// <param name="log">Takes a line for every place tried and one for the choice.</param>
internal sealed class EtcdLocator(EtcdEnvironment? environment = null, Action<string>? log = null)
{
    private readonly EtcdEnvironment _environment = environment ?? EtcdEnvironment.Current;
    private readonly Action<string> _log = log ?? (static _ => { });

    /// <exception cref="EtcdNotFoundException">None could be had; the message lists every place tried.</exception>
    public async Task<EtcdBinary> FindAsync(EtcdVersionRequest? request = null, CancellationToken cancellationToken = default)
    {
        request ??= EtcdVersionRequest.Any;
        var attempts = new List<EtcdSearchAttempt>();
        await foreach (var attempt in SearchAsync(request, cancellationToken))
        {
            if (attempt.Binary is { } binary)
            {
                _log($"Using {binary}.");
                return binary;
            }

            attempts.Add(attempt);
            _log($"No {request} from {attempt}");
        }

        throw new EtcdNotFoundException(request, attempts);
    }

    private async IAsyncEnumerable<EtcdSearchAttempt> SearchAsync(
        EtcdVersionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string?[] variables = [request.FolderVariable, "ETCD_BIN"];
        foreach (var variable in variables.OfType<string>())
        {
            yield return _environment.Variable(variable) is { Length: > 0 } folder
                ? await EtcdExecutable.JudgeAsync(folder, variable, request, cancellationToken)
                : new EtcdSearchAttempt(variable, "not set");
        }

        // One that fits is taken also behind one that does not.
        var inPath = FindFoldersInPath();
        foreach (var folder in inPath)
        {
            yield return await EtcdExecutable.JudgeAsync(folder, "PATH", request, cancellationToken);
        }

        if (inPath.Length == 0)
        {
            yield return new EtcdSearchAttempt("PATH", "no etcd in any of its folders");
        }

        var cache = new EtcdCache(_environment);
        yield return await cache.FindAsync(request, cancellationToken);
        yield return await new ReleaseArchiveSource(_environment, cache, _log).FindAsync(request, cancellationToken);
        await foreach (var attempt in new DistributionPackageSource(_environment, cache, _log).SearchAsync(request, cancellationToken))
        {
            yield return attempt;
        }
    }

    private string[] FindFoldersInPath() =>
    [
        .. (_environment.Variable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(folder => File.Exists(Path.Combine(folder, EtcdExecutable.FileName))),
    ];
}
