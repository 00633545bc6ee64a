namespace EtcdDefrag.Sandbox.Locating;

/// <summary>An etcd executable that has been run once to learn its version.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Version">The version it reports, such as 3.5.16.</param>
/// <param name="Source">Where it was found: <c>ETCD_BIN</c>, <c>the cache</c> and so on.</param>
internal sealed record EtcdBinary(string Path, Version Version, string Source)
{
    public override string ToString() => $"etcd {Version} from {Source} ({Path})";
}

/// <summary>One place where etcd was looked for: the etcd found there, or the reason why there is none.</summary>
internal sealed record EtcdSearchAttempt(string Source, string Reason, EtcdBinary? Binary = null)
{
    public EtcdSearchAttempt(EtcdBinary binary)
        : this(binary.Source, "found", binary)
    {
    }

    public override string ToString() => $"{Source}: {Reason}";
}

/// <summary>No etcd of the wanted version could be had. The message lists every place tried, with what happened there.</summary>
internal sealed class EtcdNotFoundException(EtcdVersionRequest request, IReadOnlyList<EtcdSearchAttempt> attempts)
    : Exception(Describe(request, attempts))
{
    public IReadOnlyList<EtcdSearchAttempt> Attempts => attempts;

    private static string Describe(EtcdVersionRequest request, IReadOnlyList<EtcdSearchAttempt> attempts)
    {
        var lines = attempts.Select(attempt => $"{Environment.NewLine}  - {attempt}");
        return $"No {request} could be had. Set ETCD_BIN to the folder of an etcd executable. Tried:{string.Concat(lines)}";
    }
}
