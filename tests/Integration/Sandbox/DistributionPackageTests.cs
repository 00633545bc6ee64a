using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>The distribution's package, fetched for real into an empty cache.</summary>
public sealed class DistributionPackageTests : IDisposable
{
    private readonly SearchPlaces _places = new();

    public DistributionPackageTests() =>
        _places.Environment = _places.Environment with { OsReleaseFile = "/etc/os-release" };

    public void Dispose() => _places.Dispose();

    [SkippableFact]
    public async Task When_the_release_cannot_be_had_the_own_suites_package_is_unpacked_into_the_cache()
    {
        SkipUnlessDistribution();
        var found = await _places.FindAsync();
        var again = await _places.FindAsync();

        Assert.StartsWith("the package etcd-server of ", found.Source, StringComparison.Ordinal);
        Assert.EndsWith($" {Codename()}", found.Source, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(_places.CacheFolder, "etcd", $"{found.Version}", "etcd"), found.Path);
        Assert.Equal(("the cache", found.Path), (again.Source, again.Path));
        Assert.Contains(_places.Log, line => line.StartsWith("No etcd 3.4 or later from the official release", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_version_the_own_suite_lacks_comes_from_another_suite()
    {
        SkipUnlessDistribution();
        Skip.IfNot(EtcdVersions.CanAlwaysBeHad, "Not every architecture has every version.");
        var older = await _places.FindAsync("3.4");
        var newer = await _places.FindAsync("3.5");

        Assert.Equal(("3.4", "3.5"), (older.Version.ToString(2), newer.Version.ToString(2)));
        Assert.All([older, newer], found => Assert.StartsWith("the package etcd-server of ", found.Source, StringComparison.Ordinal));
        Assert.NotEqual(older.Source, newer.Source);
    }

    [SkippableFact]
    public async Task A_version_no_suite_has_names_the_version_of_each()
    {
        SkipUnlessDistribution();
        var failure = await _places.FindNothingAsync("3.99");
        var suites = failure.Attempts.Where(attempt => attempt.Source.StartsWith("the package", StringComparison.Ordinal)).ToList();

        Assert.True(suites.Count > 1);
        Assert.Contains(suites, attempt => attempt.Reason.StartsWith("its version is 3.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_distribution_is_left_alone()
    {
        await File.WriteAllTextAsync(_places.Folder["os-release"], "ID=fedora\nVERSION_ID=41\n");
        _places.Environment = _places.Environment with { OsReleaseFile = _places.Folder["os-release"] };
        var failure = await _places.FindNothingAsync("3.99");

        Assert.Equal("the distribution's package: this is neither Debian nor Ubuntu", failure.Attempts[^1].ToString());
    }

    private static void SkipUnlessDistribution() =>
        Skip.IfNot(EtcdVersions.IsDebianFamily, "Only Debian and Ubuntu have packages that can be unpacked without installing.");

    private static string Codename() => File.ReadAllLines("/etc/os-release")
        .Single(line => line.StartsWith("VERSION_CODENAME=", StringComparison.Ordinal)).Split('=')[1].Trim('"');
}
