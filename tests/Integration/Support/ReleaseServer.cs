using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using EtcdDefrag.Sandbox.Locating;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EtcdDefrag.Integration.Support;

/// <summary>A server on loopback that gives out one release of etcd, in good order or not.</summary>
internal sealed class ReleaseServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<string> _requests = [];

    private ReleaseServer(WebApplication application) => _application = application;

    /// <summary>Its address, for ETCD_DOWNLOAD_URL.</summary>
    public string Address => _application.Urls.Single();

    /// <summary>The paths asked for.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Packs the archive a request would ask for, out of an etcd that is at hand.</summary>
    public static async Task<ReleaseFile> PackAsync(EtcdVersionRequest request, EtcdBinary binary)
    {
        var archive = ReleaseArchive.For(request)!;
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(zip))
        {
            var folder = archive.Name![..^".tar.gz".Length];
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, $"{folder}/"));
            await tar.WriteEntryAsync(binary.Path, $"{folder}/etcd");
        }

        return new ReleaseFile($"v{archive.Version}", archive.Name!, packed.ToArray());
    }

    /// <summary>Serves a release.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="sum">The sum told for it; null for the right one.</param>
    /// <param name="broken">Whether the archive breaks off half-way.</param>
    public static async Task<ReleaseServer> StartAsync(ReleaseFile file, string? sum = null, bool broken = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new ReleaseServer(application);
        application.Use(next => context =>
        {
            server._requests.Add(context.Request.Path);
            return next(context);
        });
        sum ??= Convert.ToHexString(SHA256.HashData(file.Content)).ToLowerInvariant();
        application.MapGet($"/{file.Folder}/SHA256SUMS", () => $"{new string('0', 64)}  other.tar.gz\n{sum}  {file.Name}\n");
        application.MapGet($"/{file.Folder}/{file.Name}", context => SendAsync(context, file.Content, broken));
        await application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task SendAsync(HttpContext context, byte[] content, bool broken)
    {
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(broken ? content.AsMemory(0, content.Length / 2) : content);
        if (broken)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    }
}

/// <summary>An archive of a release.</summary>
/// <param name="Folder">The release's folder on the server.</param>
/// <param name="Name">The archive's name.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record ReleaseFile(string Folder, string Name, byte[] Content);
