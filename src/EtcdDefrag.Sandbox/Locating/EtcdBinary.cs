namespace EtcdDefrag.Sandbox.Locating;

/// <summary>An etcd executable that has been run once to learn its version.</summary>
/// <param name="Path">The full path of the executable.</param>
/// <param name="Version">What it says of itself, without any suffix: 3.5.16.</param>
/// <param name="Source">Where it was found, in words for a person: <c>ETCD_BIN</c>, <c>the cache</c> and so on.</param>
public sealed record EtcdBinary(string Path, Version Version, string Source)
{
    /// <inheritdoc/>
    public override string ToString() => $"etcd {Version} from {Source} ({Path})";
}
