namespace EtcdDefrag.Sandbox.Locating;

/// <summary>Which etcd is wanted: any that this project supports, or the patch releases of one minor version.</summary>
internal sealed record EtcdVersionRequest
{
    private static readonly Version Oldest = new(3, 4);

    private EtcdVersionRequest(Version? minor) => Minor = minor;

    public static EtcdVersionRequest Any { get; } = new(minor: null);

    /// <summary>The minor version asked for; null when any will do.</summary>
    public Version? Minor { get; }

    /// <summary>The variable that names a folder for this request, such as ETCD_BIN_3_5; null when any version will do.</summary>
    public string? FolderVariable => Minor is null ? null : $"ETCD_BIN_{Minor.Major}_{Minor.Minor}";

    /// <exception cref="FormatException">The text is not two numbers with a dot between, or older than 3.4.</exception>
    public static EtcdVersionRequest ForMinor(string minor) =>
        Version.TryParse(minor, out var version) && version.Build < 0 && version >= Oldest
            ? new EtcdVersionRequest(version)
            : throw new FormatException($"'{minor}' is not a minor version of etcd from {Oldest} on, such as 3.5.");

    public bool Accepts(Version version) =>
        Minor is null ? version >= Oldest : version.Major == Minor.Major && version.Minor == Minor.Minor;

    public override string ToString() => Minor is null ? $"etcd {Oldest} or later" : $"etcd {Minor}";
}
