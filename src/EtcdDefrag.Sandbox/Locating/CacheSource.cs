namespace EtcdDefrag.Sandbox.Locating;

/// <summary>What was fetched earlier.</summary>
internal sealed class CacheSource(EtcdCache cache) : IEtcdSource
{
    public async Task<EtcdSearchAnswer> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken) =>
        await cache.FindAsync(request, cancellationToken).ConfigureAwait(false) is { } binary
            ? EtcdSearchAnswer.Found(binary)
            : EtcdSearchAnswer.NotHere("the cache", $"nothing that fits in {cache.Folder}");
}
