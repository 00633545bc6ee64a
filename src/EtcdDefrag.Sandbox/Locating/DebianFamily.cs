namespace EtcdDefrag.Sandbox.Locating;

/// <summary>The distribution this machine runs, where it is Debian, Ubuntu, or built on one of them.</summary>
/// <param name="Name">Debian or Ubuntu, for messages.</param>
/// <param name="Component">The part of the archive that holds etcd.</param>
/// <param name="Suites">The suites to try: this machine's own first, then newer ones, then older ones.</param>
/// <param name="OwnSuiteNames">What the machine's sources may call its own suite.</param>
internal sealed record DebianFamily(string Name, string Component, IReadOnlyList<string> Suites, IReadOnlyList<string> OwnSuiteNames)
{
    // Oldest first; those before the first with etcd 3.4 are left out.
    private static readonly string[] DebianSuites = ["bookworm", "trixie", "forky", "sid"];
    private static readonly string[] UbuntuSuites = ["noble", "questing", "resolute"];
    private static readonly string[] DebianAliases = ["oldstable", "stable", "testing", "unstable"];

    /// <summary>Reads os-release; null where the distribution is another one.</summary>
    public static async Task<DebianFamily?> ReadAsync(string osReleaseFile, CancellationToken cancellationToken)
    {
        if (!File.Exists(osReleaseFile))
        {
            return null;
        }

        var fields = Parse(await File.ReadAllLinesAsync(osReleaseFile, cancellationToken).ConfigureAwait(false));
        string[] families = [.. Words(fields, "ID"), .. Words(fields, "ID_LIKE")];
        if (families.Contains("ubuntu"))
        {
            return Describe("Ubuntu", "universe", fields, ["UBUNTU_CODENAME", "VERSION_CODENAME"], UbuntuSuites, []);
        }

        return families.Contains("debian")
            ? Describe("Debian", "main", fields, ["DEBIAN_CODENAME", "VERSION_CODENAME"], DebianSuites, DebianAliases)
            : null;
    }

    private static DebianFamily Describe(
        string name, string component, Dictionary<string, string> fields, string[] codenameFields, string[] known, string[] aliases)
    {
        var codename = codenameFields.Select(field => fields.GetValueOrDefault(field))
            .FirstOrDefault(value => !string.IsNullOrEmpty(value));
        var position = Array.IndexOf(known, codename);
        string[] newer = position >= 0 ? known[(position + 1)..] : known;
        string[] older = position >= 0 ? [.. known[..position].Reverse()] : [];

        // Debian's unstable names no version of its own; it is among the known ones.
        string[] own = string.IsNullOrEmpty(codename) ? [] : [codename];
        return new DebianFamily(name, component, [.. own, .. newer, .. older], [.. own, .. known, .. aliases]);
    }

    private static string[] Words(Dictionary<string, string> fields, string name) =>
        fields.GetValueOrDefault(name, string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, string> Parse(string[] lines) =>
        lines.Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0].Trim(), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last()[1].Trim().Trim('"', '\''), StringComparer.Ordinal);
}
