using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// The package etcd-server of Debian or Ubuntu, unpacked into the cache and not installed. The archive and its key are those the
/// machine already uses; where its own suite has another version, the distribution's other suites are looked through.
/// </summary>
internal sealed partial class DistributionPackageSource(EtcdEnvironment environment, EtcdCache cache, Action<string> log)
{
    private const string Package = "etcd-server";
    private const string Name = "the distribution's package";

    public async IAsyncEnumerable<EtcdSearchAttempt> SearchAsync(
        EtcdVersionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (archive, reason) = environment.UseDistributionPackage
            ? await DebianArchive.FindAsync(environment.OsReleaseFile, cancellationToken)
            : (null, "switched off");
        if (archive is null)
        {
            yield return new EtcdSearchAttempt(Name, reason);
            yield break;
        }

        foreach (var suite in archive.Suites)
        {
            yield return await FetchAsync(request, archive, suite, cancellationToken);
        }
    }

    private async Task<EtcdSearchAttempt> FetchAsync(
        EtcdVersionRequest request, DebianArchive archive, string suite, CancellationToken cancellationToken)
    {
        var source = $"the package {Package} of {archive.Distribution} {suite}";
        try
        {
            return await cache.FetchAsync(source, request, UnpackAsync, cancellationToken);
        }
        catch (Exception exception) when (exception is
            IOException or UnauthorizedAccessException or InvalidDataException or Win32Exception)
        {
            return new EtcdSearchAttempt(source, exception.Message.TrimEnd('.'));
        }

        async Task<string> UnpackAsync(string work)
        {
            log($"Trying {source}");
            await ConfigureAptAsync(work, archive.Source(suite), cancellationToken);
            await RunAsync(work, "apt-get", ["update", "--quiet", "--error-on=any"], cancellationToken);
            var policy = CandidateLine().Match(await RunAsync(work, "apt-cache", ["policy", Package], cancellationToken));
            if (!policy.Success || !request.Accepts(Version.Parse(policy.Groups["version"].Value)))
            {
                throw new InvalidDataException(
                    policy.Success ? $"its version is {policy.Groups["candidate"].Value}" : "the suite has no such package");
            }

            await RunAsync(work, "apt-get", ["download", "--quiet", Package], cancellationToken);
            await RunAsync(work, "dpkg-deb", ["--extract", Directory.GetFiles(work, "*.deb")[0], "root"], cancellationToken);
            return Path.Combine(work, "root", "usr", "bin");
        }
    }

    /// <summary>
    /// Gives apt a state of its own in a work folder, so that it needs no root, touches nothing of the machine's and does not mind
    /// whether the machine's lists are fresh.
    /// </summary>
    private static async Task ConfigureAptAsync(string work, string source, CancellationToken cancellationToken)
    {
        // Proxies and the like are the machine's own. Its hooks after an update are not ours to run, nor its extra indexes to fetch.
        var dump = await ExternalCommand.RunAsync(new ProcessStartInfo("apt-config", ["dump"]), cancellationToken);
        var network = dump.Output.Split('\n').Where(line =>
            line.StartsWith("Acquire::", StringComparison.Ordinal)
            && !line.StartsWith("Acquire::IndexTargets", StringComparison.Ordinal)
            && !line.StartsWith("Acquire::Languages", StringComparison.Ordinal));
        var configuration = $"""
            {string.Join('\n', network)}
            Dir::State "{work}";
            Dir::State::status "{work}/status";
            Dir::Cache "{work}";
            Dir::Cache::pkgcache "";
            Dir::Cache::srcpkgcache "";
            Dir::Etc::sourcelist "{work}/sources.list";
            Dir::Etc::sourceparts "-";
            Dir::Etc::main "-";
            Dir::Etc::parts "-";
            Dir::Etc::preferences "-";
            Dir::Etc::preferencesparts "-";
            APT::Sandbox::User "";
            Acquire::Languages "none";
            Acquire::Retries "1";
            Acquire::http::Timeout "10";
            Acquire::https::Timeout "10";

            """;
        Directory.CreateDirectory(Path.Combine(work, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(work, "archives", "partial"));
        await File.WriteAllTextAsync(Path.Combine(work, "status"), string.Empty, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "sources.list"), source, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "apt.conf"), configuration, cancellationToken);
    }

    /// <summary>Runs a program in the work folder and returns what it wrote.</summary>
    /// <exception cref="InvalidDataException">It failed.</exception>
    private static async Task<string> RunAsync(string work, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = work,
            Environment = { ["APT_CONFIG"] = Path.Combine(work, "apt.conf") },
        };
        var result = await ExternalCommand.RunAsync(start, cancellationToken);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidDataException($"{program} {arguments[0]} failed: {result.LastWords}");
    }

    [GeneratedRegex(
        @"^\s*Candidate: (?<candidate>(\d+:)?(?<version>\d+\.\d+\.\d+)\S*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CandidateLine();
}
