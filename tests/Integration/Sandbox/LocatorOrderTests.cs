using System.ComponentModel;
using System.Diagnostics;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>Where etcd is looked for, in which order, and what is said about it.</summary>
public sealed class LocatorOrderTests : IDisposable
{
    private readonly SearchPlaces _places = new();

    public void Dispose() => _places.Dispose();

    [SkippableFact]
    public async Task ETCD_BIN_comes_before_PATH_and_PATH_before_the_cache()
    {
        var older = await EtcdVersions.FindAsync("3.4");
        var newer = await EtcdVersions.FindAsync("3.5");
        _places.AddToCache(newer);
        var fromCache = await _places.FindAsync();
        _places.Set("PATH", older);
        var fromPath = await _places.FindAsync();
        _places.Set("ETCD_BIN", newer);
        var fromFolder = await _places.FindAsync();

        Assert.Equal(("the cache", newer.Version), (fromCache.Source, fromCache.Version));
        Assert.Equal(("PATH", older.Version), (fromPath.Source, fromPath.Version));
        Assert.Equal(("ETCD_BIN", newer.Version), (fromFolder.Source, fromFolder.Version));
        Assert.Equal($"Using {fromFolder}.", _places.Log[^1]);
    }

    [SkippableFact]
    public async Task The_variable_of_the_minor_version_comes_before_ETCD_BIN()
    {
        var binary = await EtcdVersions.FindAsync("3.5");
        _places.Set("ETCD_BIN", binary);
        _places.Set("ETCD_BIN_3_5", binary);
        var found = await _places.FindAsync("3.5");

        Assert.Equal("ETCD_BIN_3_5", found.Source);
        Assert.Equal("ETCD_BIN", (await _places.FindAsync()).Source);
    }

    [SkippableFact]
    public async Task An_etcd_of_another_version_is_passed_over_and_named()
    {
        var older = await EtcdVersions.FindAsync("3.4");
        var newer = await EtcdVersions.FindAsync("3.5");
        _places.Set("ETCD_BIN", older);
        _places.Set("PATH", string.Join(Path.PathSeparator, Path.GetDirectoryName(older.Path), Path.GetDirectoryName(newer.Path)));
        var found = await _places.FindAsync("3.5");

        Assert.Equal(("PATH", newer.Version), (found.Source, found.Version));
        Assert.Contains($"No etcd 3.5 from ETCD_BIN: {older.Path} is version {older.Version}", _places.Log);
    }

    [SkippableFact]
    public async Task The_newest_of_the_cache_that_fits_is_taken_and_one_that_does_not_run_is_not()
    {
        Skip.If(OperatingSystem.IsWindows(), "The broken etcd is a shell script.");
        var older = await EtcdVersions.FindAsync("3.4");
        var newer = await EtcdVersions.FindAsync("3.5");
        _places.AddToCache(older);
        _places.AddToCache(newer);
        _places.Folder.AddScript(Path.Combine("cache", "etcd", "3.99.0"), "etcd", "exit 1");

        Assert.Equal(newer.Version, (await _places.FindAsync()).Version);
        Assert.Equal(older.Version, (await _places.FindAsync("3.4")).Version);
    }

    [Fact]
    public async Task A_folder_without_etcd_in_ETCD_BIN_is_told()
    {
        _places.Set("ETCD_BIN", _places.Folder["nowhere"]);
        var failure = await _places.FindNothingAsync();

        Assert.Contains($"ETCD_BIN: {_places.Folder["nowhere"]} holds no etcd", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_program_that_is_not_etcd_is_told()
    {
        Skip.If(OperatingSystem.IsWindows(), "The impostor is a shell script.");
        var script = _places.Folder.AddScript("impostor", "etcd", "echo I am a teapot; exit 4");
        _places.Set("ETCD_BIN", _places.Folder["impostor"]);
        var failure = await _places.FindNothingAsync();

        Assert.Contains(
            $"ETCD_BIN: {script} does not tell its version (exit code 4: I am a teapot)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_lists_every_place_tried_in_order()
    {
        var failure = await _places.FindNothingAsync("3.5");

        Assert.Equal(
            ["ETCD_BIN_3_5", "ETCD_BIN", "PATH", "the cache", "the official release", "the distribution's package"],
            failure.Attempts.Select(attempt => attempt.Source));
        Assert.All(failure.Attempts, attempt => Assert.Contains(attempt.ToString(), failure.Message, StringComparison.Ordinal));
        Assert.StartsWith("No etcd 3.5 could be had. Set ETCD_BIN", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>As where a process that was started meanwhile still has the file open that this one has just unpacked.</summary>
    [SkippableFact]
    public async Task An_etcd_that_is_still_open_for_writing_is_waited_for()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere a file that is written can be run.");
        var path = _places.Folder.AddScript("bin", "etcd", "echo 'etcd Version: 3.5.99'");
        Task<EtcdSearchAttempt> search;
        using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // The first attempt is over when the call returns.
            search = EtcdExecutable.JudgeAsync(_places.Folder["bin"], "the test", EtcdVersionRequest.ForMinor("3.5"), default);
            var busy = Assert.Throws<Win32Exception>(() => Process.Start(path));

            Assert.Equal(26, busy.NativeErrorCode);
            Assert.False(search.IsCompleted);
        }

        Assert.Equal(new Version(3, 5, 99), (await search).Binary?.Version);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("3.3")]
    [InlineData("3.5.1")]
    [InlineData("latest")]
    public void A_version_that_is_not_a_minor_version_from_3_4_on_is_refused(string minor) =>
        Assert.Throws<FormatException>(() => EtcdVersionRequest.ForMinor(minor));
}
