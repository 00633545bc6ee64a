using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>The archive of packages that this machine uses, where it runs Debian, Ubuntu, or something built on one of them.</summary>
/// <param name="Distribution">Debian or Ubuntu.</param>
/// <param name="Address">Where it is: the distribution's own place, or a mirror.</param>
/// <param name="Component">The part of it that holds etcd.</param>
/// <param name="Suites">The suites to look through: this machine's own first, then the others from the oldest on.</param>
internal sealed partial record DebianArchive(string Distribution, string Address, string Component, IReadOnlyList<string> Suites)
{
    // Oldest first; those before the first with etcd 3.4 are left out.
    private static readonly string[] DebianSuites = ["bookworm", "trixie", "forky", "sid"];
    private static readonly string[] UbuntuSuites = ["noble", "questing", "resolute"];
    private static readonly string[] DebianAliases = ["oldstable", "stable", "testing", "unstable"];

    /// <summary>The archive as an entry of apt's list of sources, with one suite and the key that the distribution brings.</summary>
    public string Source(string suite) =>
        $"deb [signed-by=/usr/share/keyrings/{Distribution.ToLowerInvariant()}-archive-keyring.gpg] {Address} {suite} {Component}\n";

    /// <summary>Finds this machine's archive, or says why there is none.</summary>
    public static async Task<(DebianArchive? Archive, string Reason)> FindAsync(string osReleaseFile, CancellationToken cancellationToken)
    {
        var fields = (File.Exists(osReleaseFile) ? await File.ReadAllLinesAsync(osReleaseFile, cancellationToken) : [])
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1].Trim('"', '\''), StringComparer.Ordinal);
        var families = fields["ID"].Concat(fields["ID_LIKE"]).SelectMany(names => names.Split(' ')).ToList();
        var isUbuntu = families.Contains("ubuntu");
        if (!isUbuntu && !families.Contains("debian"))
        {
            return (null, "this is neither Debian nor Ubuntu");
        }

        var distribution = isUbuntu ? "Ubuntu" : "Debian";
        var known = isUbuntu ? UbuntuSuites : DebianSuites;
        var codename = fields[$"{distribution.ToUpperInvariant()}_CODENAME"].Concat(fields["VERSION_CODENAME"]).FirstOrDefault(known[0]);
        string[] suites = [codename, .. known.Where(suite => suite != codename)];
        return await FindAddressAsync([.. suites, .. DebianAliases], cancellationToken) is { } address
            ? (new DebianArchive(distribution, address, isUbuntu ? "universe" : "main", suites), string.Empty)
            : (null, $"apt names no archive of {distribution}");
    }

    /// <summary>Has apt name the files that it would fetch; among them is the machine's own suite.</summary>
    private static async Task<string?> FindAddressAsync(string[] suites, CancellationToken cancellationToken)
    {
        try
        {
            var start = new ProcessStartInfo("apt-get", ["--print-uris", "update"]);
            var files = (await ExternalCommand.RunAsync(start, cancellationToken)).Output;
            var own = ReleaseFile().Matches(files).FirstOrDefault(file => suites.Contains(file.Groups["suite"].Value));
            return own?.Groups["address"].Value;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    // 'http://deb.debian.org/debian/dists/bookworm/InRelease' deb.debian.org_debian_dists_bookworm_InRelease 0
    [GeneratedRegex("^'(?<address>[^']+)/dists/(?<suite>[^/']+)/InRelease'", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReleaseFile();
}
