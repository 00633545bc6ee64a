namespace EtcdDefrag.Sandbox.Locating;

/// <summary>etcd's official release, used only if its SHA-256 is the one the release itself states.</summary>
internal sealed class ReleaseArchiveSource(EtcdEnvironment environment, EtcdCache cache, Action<string> log) : IEtcdSource
{
    private const string Name = "the official release";
    private const string AddressVariable = "ETCD_DOWNLOAD_URL";

    public async Task<EtcdSearchAnswer> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        if (ReleaseArchive.For(request) is not { } archive)
        {
            return EtcdSearchAnswer.NotHere(Name, $"no release of {request} is known to this version of the sandbox");
        }

        if (archive.Name is not { } archiveName)
        {
            return EtcdSearchAnswer.NotHere(Name, "etcd is not released for this operating system and processor");
        }

        if (!TryGetFolder(archive.Version, out var folder, out var complaint))
        {
            return EtcdSearchAnswer.NotHere(Name, complaint);
        }

        try
        {
            return await FetchAsync(request, folder, archiveName, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTheSourcesFault(exception))
        {
            return EtcdSearchAnswer.NotHere(Name, $"{new Uri(folder, archiveName)}: {exception.Message.TrimEnd('.')}");
        }
    }

    private async Task<EtcdSearchAnswer> FetchAsync(
        EtcdVersionRequest request, Uri folder, string archiveName, CancellationToken cancellationToken)
    {
        using var held = await cache.LockAsync(cancellationToken).ConfigureAwait(false);

        // While we waited for the lock another process may have fetched the very same.
        if (await cache.FindAsync(request, cancellationToken).ConfigureAwait(false) is { } cached)
        {
            return EtcdSearchAnswer.Found(cached);
        }

        var work = cache.CreateWorkFolder();
        try
        {
            var archive = await DownloadAsync(folder, archiveName, work, cancellationToken).ConfigureAwait(false);
            var unpacked = Directory.CreateDirectory(Path.Combine(work, "unpacked")).FullName;
            await ReleaseArchive.UnpackAsync(archive, unpacked, cancellationToken).ConfigureAwait(false);
            return await cache.AdoptAsync(unpacked, $"{Name} {folder}", request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private async Task<string> DownloadAsync(Uri folder, string archiveName, string work, CancellationToken cancellationToken)
    {
        using var download = new ReleaseDownload(environment);
        var address = new Uri(folder, archiveName);
        log($"Trying {address}");
        var sums = await download.GetTextAsync(new Uri(folder, ReleaseArchive.SumsName), cancellationToken).ConfigureAwait(false);
        var wanted = FindSum(sums, archiveName);
        var archive = Path.Combine(work, archiveName);
        var sum = await download.GetFileAsync(address, archive, cancellationToken).ConfigureAwait(false);
        return sum == wanted
            ? archive
            : throw new InvalidDataException($"its SHA-256 is {sum}, but {ReleaseArchive.SumsName} says {wanted}");
    }

    private static string FindSum(string sums, string archiveName)
    {
        foreach (var line in sums.Split('\n'))
        {
            // sha256sum puts an asterisk before the name of a file it read as binary.
            var fields = line.Split((char[])[' ', '\t', '\r', '*'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 2 && fields[1] == archiveName)
            {
                return fields[0].ToLowerInvariant();
            }
        }

        throw new InvalidDataException($"{ReleaseArchive.SumsName} does not name it");
    }

    private bool TryGetFolder(Version version, out Uri folder, out string complaint)
    {
        var address = environment.Variable(AddressVariable) is { Length: > 0 } chosen ? chosen : ReleaseArchive.OfficialAddress;
        var valid = Uri.TryCreate($"{address.TrimEnd('/')}/v{version}/", UriKind.Absolute, out var parsed)
            && parsed.Scheme is "http" or "https";
        folder = parsed ?? new Uri(ReleaseArchive.OfficialAddress);
        complaint = valid ? string.Empty : $"{AddressVariable} is not an http or https address: {address}";
        return valid;
    }

    private static bool IsTheSourcesFault(Exception exception) =>
        exception is HttpRequestException or TimeoutException or IOException or UnauthorizedAccessException or InvalidDataException;
}
