using System.ComponentModel;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// The package etcd-server of Debian or Ubuntu, unpacked into the cache and not installed. The archive and its key are those the
/// machine already uses; where its own suite has another version, the distribution's other suites are looked through.
/// </summary>
internal sealed partial class DistributionPackageSource(EtcdEnvironment environment, EtcdCache cache, Action<string> log) : IEtcdSource
{
    private const string Package = "etcd-server";
    private const string Name = "the distribution's package";

    public async Task<EtcdSearchAnswer> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        if (!environment.UseDistributionPackage)
        {
            return EtcdSearchAnswer.NotHere(Name, "switched off");
        }

        if (await DebianFamily.ReadAsync(environment.OsReleaseFile, cancellationToken).ConfigureAwait(false) is not { } family)
        {
            return EtcdSearchAnswer.NotHere(Name, "this is neither Debian nor Ubuntu");
        }

        var sources = await AptSource.ReadAllAsync(environment.AptFolder, cancellationToken).ConfigureAwait(false);
        return sources.FirstOrDefault(source => source.Suites.Any(family.OwnSuiteNames.Contains)) is { } archive
            ? await FindAsync(request, family, archive, cancellationToken).ConfigureAwait(false)
            : EtcdSearchAnswer.NotHere(Name, $"{environment.AptFolder} names no archive of {family.Name}");
    }

    private async Task<EtcdSearchAnswer> FindAsync(
        EtcdVersionRequest request, DebianFamily family, AptSource archive, CancellationToken cancellationToken)
    {
        var attempts = new List<EtcdSearchAttempt>();
        foreach (var suite in family.Suites)
        {
            var source = $"the package {Package} of {family.Name} {suite}";
            try
            {
                var answer = await FindInSuiteAsync(request, suite, archive.Stanza(suite, family.Component), source, cancellationToken)
                    .ConfigureAwait(false);
                if (answer.Binary is not null)
                {
                    return answer;
                }

                attempts.AddRange(answer.Attempts);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
            {
                attempts.Add(new EtcdSearchAttempt(source, exception.Message.TrimEnd('.')));
            }
        }

        return EtcdSearchAnswer.NotHere(attempts);
    }

    private async Task<EtcdSearchAnswer> FindInSuiteAsync(
        EtcdVersionRequest request, string suite, string stanza, string source, CancellationToken cancellationToken)
    {
        using var held = await cache.LockAsync(cancellationToken).ConfigureAwait(false);
        if (await cache.FindAsync(request, cancellationToken).ConfigureAwait(false) is { } cached)
        {
            return EtcdSearchAnswer.Found(cached);
        }

        log($"Trying {source}");
        var apt = await AptWorkspace.CreateAsync(cache.CreateStateFolder(Path.Combine("apt", suite)), stanza, cancellationToken)
            .ConfigureAwait(false);
        var update = await apt.UpdateAsync(cancellationToken).ConfigureAwait(false);
        if (update.ExitCode != 0)
        {
            return EtcdSearchAnswer.NotHere(source, $"apt-get update failed: {update.LastWords}");
        }

        var candidate = await apt.FindCandidateAsync(Package, cancellationToken).ConfigureAwait(false);
        return ParseVersion(candidate) is { } version && request.Accepts(version)
            ? await FetchAsync(request, apt, source, cancellationToken).ConfigureAwait(false)
            : EtcdSearchAnswer.NotHere(source, candidate is null ? "the suite has no such package" : $"its version is {candidate}");
    }

    private async Task<EtcdSearchAnswer> FetchAsync(
        EtcdVersionRequest request, AptWorkspace apt, string source, CancellationToken cancellationToken)
    {
        var work = cache.CreateWorkFolder();
        try
        {
            var download = await apt.DownloadAsync(Package, work, cancellationToken).ConfigureAwait(false);
            if (Directory.EnumerateFiles(work, "*.deb").FirstOrDefault() is not { } file || download.ExitCode != 0)
            {
                return EtcdSearchAnswer.NotHere(source, $"apt-get download failed: {download.LastWords}");
            }

            var unpack = await ExternalCommand.RunAsync("dpkg-deb", ["--extract", file, Path.Combine(work, "root")], cancellationToken)
                .ConfigureAwait(false);
            return unpack.ExitCode == 0
                ? await cache.AdoptAsync(KeepServerOnly(work), source, request, cancellationToken).ConfigureAwait(false)
                : EtcdSearchAnswer.NotHere(source, $"dpkg-deb failed: {unpack.LastWords}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string KeepServerOnly(string work)
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, "server")).FullName;
        var unpacked = Path.Combine(work, "root", "usr", "bin", EtcdExecutable.FileName);
        if (File.Exists(unpacked))
        {
            File.Move(unpacked, Path.Combine(folder, EtcdExecutable.FileName));
        }

        return folder;
    }

    private static Version? ParseVersion(string? candidate) =>
        candidate is not null && UpstreamVersion().Match(candidate) is { Success: true } match
            ? Version.Parse(match.Groups["version"].Value)
            : null;

    [GeneratedRegex(@"^(\d+:)?(?<version>\d+\.\d+\.\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UpstreamVersion();
}
