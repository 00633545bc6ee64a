namespace EtcdDefrag.Execution.Guarding;

/// <summary>
/// Faults of etcd releases that a defragmentation can bring out. The numbers are those of the issues at
/// <c>github.com/etcd-io/etcd</c>.
/// </summary>
internal static class VersionHazards
{
    private static readonly Hazard[] Blocking =
    [
        new(14685, v => IsIn(v, "3.5.0", "3.5.5"), "a crash during a defragmentation leaves inconsistent data"),
        new(11613, v => v < new Version(3, 4, 4), "a temporary file left by a crash is merged into the database"),
    ];

    private static readonly Hazard[] Risky =
    [
        new(20271, v => v <= new Version(3, 4, 37) || IsIn(v, "3.5.0", "3.5.22") || IsIn(v, "3.6.0", "3.6.4"),
            "a raft snapshot that arrives meanwhile corrupts the member; members that lag are therefore left alone"),
        new(18810, v => v <= new Version(3, 4, 34) || IsIn(v, "3.5.0", "3.5.16"),
            "a disk that fills up meanwhile ends the process; see the bytes that each step needs beside the database"),
    ];

    /// <summary>Why the members must not be defragmented; null where nothing is known.</summary>
    public static string? FindBlocking(GuardContext context)
    {
        var found = string.Join(' ', Find(context, Blocking));
        return found.Length == 0 ? null : found;
    }

    /// <summary>What is worth a warning.</summary>
    public static IEnumerable<RunWarning> FindWarnings(GuardContext context) =>
        Find(context, Risky).Select(text => new RunWarning("VersionHazard", text));

    private static IEnumerable<string> Find(GuardContext context, Hazard[] hazards) => (
        from member in context.Pending
        let version = Parse(member.Status?.Version)
        where version is not null
        from hazard in hazards
        where hazard.IsIn(version)
        select $"etcd {version}: {hazard.Text} (etcd#{hazard.Issue}).").Distinct();

    private static bool IsIn(Version version, string first, string last) =>
        version >= Version.Parse(first) && version <= Version.Parse(last);

    /// <summary>Without what follows the numbers: a pre-release counts as its release.</summary>
    private static Version? Parse(string? text) => Version.TryParse(text?.Split('-', '+')[0], out var version) ? version : null;

    private sealed record Hazard(int Issue, Func<Version, bool> IsIn, string Text);
}
