namespace EtcdDefrag.Sandbox.Locating;

/// <summary>One place etcd may come from.</summary>
internal interface IEtcdSource
{
    /// <summary>
    /// Looks for etcd here. Whatever is wrong with the place itself comes back as a reason, so that the next one gets its turn.
    /// </summary>
    Task<EtcdSearchAnswer> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken);
}

/// <summary>What a source answers: an etcd, or the attempts made there.</summary>
internal sealed record EtcdSearchAnswer(EtcdBinary? Binary, IReadOnlyList<EtcdSearchAttempt> Attempts)
{
    public static EtcdSearchAnswer Found(EtcdBinary binary) => new(binary, []);

    public static EtcdSearchAnswer NotHere(string source, string reason) => new(Binary: null, [new EtcdSearchAttempt(source, reason)]);

    public static EtcdSearchAnswer NotHere(IReadOnlyList<EtcdSearchAttempt> attempts) => new(Binary: null, attempts);
}
