using System.Security.Cryptography;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>etcd's official release, used only if its SHA-256 is the one the release itself states.</summary>
internal sealed class ReleaseArchiveSource(EtcdEnvironment environment, EtcdCache cache, Action<string> log)
{
    private const string Name = "the official release";
    private const string AddressVariable = "ETCD_DOWNLOAD_URL";
    private const string OfficialAddress = "https://github.com/etcd-io/etcd/releases/download";
    private const string SumsName = "SHA256SUMS";

    public async Task<EtcdSearchAttempt> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        if (ReleaseArchive.For(request) is not { } archive)
        {
            return new EtcdSearchAttempt(Name, $"no release of {request} is known to this version of the sandbox");
        }

        if (archive.Name is not { } archiveName)
        {
            return new EtcdSearchAttempt(Name, "etcd is not released for this operating system and processor");
        }

        var address = environment.Variable(AddressVariable) is { Length: > 0 } chosen ? chosen : OfficialAddress;
        if (!Uri.TryCreate($"{address.TrimEnd('/')}/v{archive.Version}/", UriKind.Absolute, out var folder)
            || folder.Scheme is not ("http" or "https"))
        {
            return new EtcdSearchAttempt(Name, $"{AddressVariable} is not an http or https address: {address}");
        }

        try
        {
            return await cache.FetchAsync($"{Name} {folder}", request, UnpackAsync, cancellationToken);
        }
        catch (Exception exception) when (exception is
            HttpRequestException or TimeoutException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new EtcdSearchAttempt(Name, $"{new Uri(folder, archiveName)}: {exception.Message.TrimEnd('.')}");
        }

        async Task<string> UnpackAsync(string work)
        {
            var path = await DownloadAsync(folder, archiveName, work, cancellationToken);
            var unpacked = Directory.CreateDirectory(Path.Combine(work, "unpacked")).FullName;
            await ReleaseArchive.UnpackAsync(path, unpacked, cancellationToken);
            return unpacked;
        }
    }

    private async Task<string> DownloadAsync(Uri folder, string archiveName, string work, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = environment.ConnectTimeout });
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.DefaultRequestHeaders.UserAgent.ParseAdd("etcd-defrag-sandbox/1");
        log($"Trying {new Uri(folder, archiveName)}");
        var sums = await DownloadFileAsync(SumsName);
        var wanted = FindSum(await File.ReadAllLinesAsync(sums, cancellationToken), archiveName);
        var archive = await DownloadFileAsync(archiveName);
        await using var content = File.OpenRead(archive);
        var sum = Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken)).ToLowerInvariant();
        return sum == wanted ? archive : throw new InvalidDataException($"its SHA-256 is {sum}, but {SumsName} says {wanted}");

        async Task<string> DownloadFileAsync(string name)
        {
            var path = Path.Combine(work, name);
            await using var file = File.Create(path);
            await CopyAsync(http, new Uri(folder, name), file, cancellationToken);
            return path;
        }
    }

    /// <summary>Copies a file, however long that takes, as long as it moves.</summary>
    private async Task CopyAsync(HttpClient http, Uri address, FileStream target, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(environment.ConnectTimeout + environment.StallTimeout);
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            var buffer = new byte[81920];
            while (await body.ReadAsync(buffer, stall.Token) is > 0 and var read)
            {
                stall.CancelAfter(environment.StallTimeout);
                await target.WriteAsync(buffer.AsMemory(0, read), stall.Token);
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer from {address.Authority} in time", exception);
        }
        catch (IOException exception)
        {
            throw new IOException($"the download broke off after {target.Length} bytes ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    private static string FindSum(IEnumerable<string> lines, string archiveName)
    {
        // sha256sum puts an asterisk before the name of a file it read as binary.
        var entries = lines.Select(line => line.Split([' ', '\t', '*'], StringSplitOptions.RemoveEmptyEntries));
        return entries.FirstOrDefault(entry => entry.Length == 2 && entry[1] == archiveName)?[0].ToLowerInvariant()
            ?? throw new InvalidDataException($"{SumsName} does not name it");
    }
}
