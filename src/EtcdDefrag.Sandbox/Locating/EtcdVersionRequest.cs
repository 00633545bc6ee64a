using System.Globalization;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>Which etcd is wanted: any that this project supports, or the patch releases of one minor version.</summary>
public sealed record EtcdVersionRequest
{
    private static readonly Version Oldest = new(3, 4);

    private EtcdVersionRequest(Version? minor) => Minor = minor;

    /// <summary>Any etcd from 3.4 on.</summary>
    public static EtcdVersionRequest Any { get; } = new(minor: null);

    /// <summary>The minor version asked for, such as 3.5; null when any will do.</summary>
    public Version? Minor { get; }

    /// <summary>Asks for one minor version.</summary>
    /// <param name="minor">Major and minor version, such as <c>3.5</c>.</param>
    /// <exception cref="FormatException">The text is not two numbers with a dot between, or older than 3.4.</exception>
    public static EtcdVersionRequest ForMinor(string minor)
    {
        if (!Version.TryParse(minor, out var version) || version.Build >= 0 || version < Oldest)
        {
            throw new FormatException($"'{minor}' is not a minor version of etcd from {Oldest} on, such as 3.5.");
        }

        return new EtcdVersionRequest(version);
    }

    /// <summary>Whether an etcd of that version is what was asked for.</summary>
    /// <param name="version">The version an executable reports.</param>
    public bool Accepts(Version version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return Minor is null ? version >= Oldest : version.Major == Minor.Major && version.Minor == Minor.Minor;
    }

    /// <summary>The environment variable that names a folder for this request: ETCD_BIN_3_5; null when any version will do.</summary>
    internal string? FolderVariable =>
        Minor is null ? null : string.Create(CultureInfo.InvariantCulture, $"ETCD_BIN_{Minor.Major}_{Minor.Minor}");

    /// <inheritdoc/>
    public override string ToString() => Minor is null ? $"etcd {Oldest} or later" : $"etcd {Minor}";
}
