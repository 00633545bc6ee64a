using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox.Locating;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>The official release is taken only if it is whole and the one its sum names; otherwise the search goes on.</summary>
public sealed class ReleaseDownloadTests : IDisposable
{
    private const string Minor = "3.5";

    private readonly SearchPlaces _places = new();

    public void Dispose() => _places.Dispose();

    [SkippableFact]
    public async Task A_release_with_the_right_sum_is_unpacked_into_the_cache_and_fetched_once()
    {
        var binary = await EtcdVersions.FindAsync(Minor);
        var file = await PackAsync();
        await using var server = await ReleaseServer.StartAsync(file);
        _places.Set("ETCD_DOWNLOAD_URL", server.Address);
        var found = await _places.FindAsync(Minor);
        var again = await _places.FindAsync(Minor);

        Assert.Equal(binary.Version, found.Version);
        Assert.Equal(Path.Combine(_places.CacheFolder, "etcd", $"{binary.Version}", "etcd"), found.Path);
        Assert.Equal($"the official release {server.Address}/{file.Folder}/", found.Source);
        Assert.Equal(await File.ReadAllBytesAsync(binary.Path), await File.ReadAllBytesAsync(found.Path));
        Assert.Equal(("the cache", found.Path), (again.Source, again.Path));
        Assert.Equal([$"/{file.Folder}/SHA256SUMS", $"/{file.Folder}/{file.Name}"], server.Requests);
        AssertNoLeftovers();
    }

    [SkippableFact]
    public async Task Two_searches_at_once_fetch_it_once()
    {
        await using var server = await ReleaseServer.StartAsync(await PackAsync());
        _places.Set("ETCD_DOWNLOAD_URL", server.Address);
        var found = await Task.WhenAll(_places.FindAsync(Minor), _places.FindAsync(Minor));

        Assert.Equal(found[0].Path, found[1].Path);
        Assert.Equal(2, server.Requests.Count);
    }

    [SkippableFact]
    public async Task A_release_with_another_sum_is_refused()
    {
        var sum = new string('a', 64);
        await using var server = await ReleaseServer.StartAsync(await PackAsync(), sum);

        await AssertRefusedAsync(server.Address, $"but SHA256SUMS says {sum}");
    }

    [SkippableFact]
    public async Task A_download_that_breaks_off_is_refused()
    {
        await using var server = await ReleaseServer.StartAsync(await PackAsync(), broken: true);

        await AssertRefusedAsync(server.Address, ".tar.gz: the download broke off after ");
    }

    [SkippableFact]
    public async Task An_archive_cut_off_before_its_sum_was_made_is_refused()
    {
        var file = await PackAsync();
        await using var server = await ReleaseServer.StartAsync(file with { Content = file.Content[..(file.Content.Length / 2)] });

        await AssertRefusedAsync(server.Address, ".tar.gz: the archive ends in the middle of etcd");
    }

    [SkippableFact]
    public async Task A_release_the_server_does_not_have_is_told()
    {
        var file = await PackAsync();
        await using var server = await ReleaseServer.StartAsync(file with { Folder = "v0" });

        await AssertRefusedAsync(server.Address, "404");
    }

    [SkippableFact]
    public Task A_server_that_refuses_the_connection_is_told()
    {
        var port = LoopbackPorts.Find(1)[0];
        return AssertRefusedAsync($"http://127.0.0.1:{port}", $"(127.0.0.1:{port})");
    }

    [SkippableFact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _places.Environment = _places.Environment with
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
            StallTimeout = TimeSpan.FromMilliseconds(300),
        };

        await AssertRefusedAsync($"http://{silent.LocalEndpoint}", $"no answer from {silent.LocalEndpoint} in time");
    }

    [SkippableFact]
    public Task An_address_that_is_none_is_told() => AssertRefusedAsync("ftp://127.0.0.1", "not an http or https address: ftp://127.0.0.1");

    private static async Task<ReleaseFile> PackAsync()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "etcd's release for this operating system is packed in another way.");
        return await ReleaseServer.PackAsync(EtcdVersionRequest.ForMinor(Minor), await EtcdVersions.FindAsync(Minor));
    }

    private async Task AssertRefusedAsync(string address, string reason)
    {
        _places.Set("ETCD_DOWNLOAD_URL", address);
        var failure = await _places.FindNothingAsync(Minor);
        var release = Assert.Single(failure.Attempts, attempt => attempt.Source == "the official release");

        Assert.Contains(reason, release.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);

        // The next source had its turn.
        Assert.Equal("the distribution's package", failure.Attempts[^1].Source);
        Assert.Contains(_places.Log, line => line.Contains(reason, StringComparison.Ordinal));
        AssertNoLeftovers();
    }

    private void AssertNoLeftovers()
    {
        var work = Path.Combine(_places.CacheFolder, "work");
        Assert.Empty(Directory.Exists(work) ? Directory.EnumerateFileSystemEntries(work) : []);
    }
}
