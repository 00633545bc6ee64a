namespace EtcdDefrag.Execution.Guarding;

/// <summary>
/// Faults of etcd releases that a defragmentation can bring out. The numbers are those of the issues at
/// <c>github.com/etcd-io/etcd</c>.
/// </summary>
internal static class VersionHazards
{
    private static readonly Hazard[] Blocking =
    [
        new(14685, v => IsIn(v, "3.5.0", "3.5.5"), "a crash in the middle leaves inconsistent data"),
        new(11613, v => v < new Version(3, 4, 4), "a temporary file left by a crash is merged into the database"),
    ];

    private static readonly Hazard[] Risky =
    [
        new(20271, v => v <= new Version(3, 4, 37) || IsIn(v, "3.5.0", "3.5.22") || IsIn(v, "3.6.0", "3.6.4"),
            "a raft snapshot that arrives meanwhile corrupts the member; members that lag are therefore left alone"),
        new(18810, v => v <= new Version(3, 4, 34) || IsIn(v, "3.5.0", "3.5.16"), "a disk that fills up meanwhile ends the process; see the bytes that each step needs beside the database"),
    ];

    /// <summary>What forbids defragmenting the members that are to be; null where nothing does.</summary>
    /// <param name="context">What is known.</param>
    public static string? FindBlocking(GuardContext context)
    {
        var found = Find(context, Blocking).Select(f => $"etcd {f.Version}: {f.Hazard.Text} (etcd#{f.Hazard.Issue}).").Distinct().ToArray();
        return found.Length == 0 ? null : string.Join(' ', found);
    }

    /// <summary>What is worth a warning.</summary>
    /// <param name="context">What is known.</param>
    internal static IEnumerable<RunWarning> FindWarnings(GuardContext context) => Find(context, Risky)
        .Select(f => new RunWarning("VersionHazard", $"etcd {f.Version}: {f.Hazard.Text} (etcd#{f.Hazard.Issue})."))
        .Distinct();

    private static IEnumerable<(Version Version, Hazard Hazard)> Find(GuardContext context, Hazard[] hazards) =>
        from member in context.Pending
        let version = Parse(member.Status?.Version)
        where version is not null
        from hazard in hazards
        where hazard.IsIn(version)
        select (version, hazard);

    private static bool IsIn(Version version, string first, string last) => version >= Version.Parse(first) && version <= Version.Parse(last);

    /// <summary>Without what follows the numbers: a pre-release is taken for its release.</summary>
    private static Version? Parse(string? text) => Version.TryParse(text?.Split('-', '+')[0], out var version) ? version : null;

    private sealed record Hazard(int Issue, Func<Version, bool> IsIn, string Text);
}
