namespace EtcdDefrag.Sandbox.Locating;

/// <summary>One place where etcd was looked for, and why it was not had from there.</summary>
/// <param name="Source">The place, in words.</param>
/// <param name="Reason">What happened, as the rest of a sentence.</param>
public sealed record EtcdSearchAttempt(string Source, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Source}: {Reason}";
}

/// <summary>No etcd of the wanted version could be had. The message lists every place tried, with what happened there.</summary>
public sealed class EtcdNotFoundException : Exception
{
    /// <summary>Tells which etcd was wanted and where it was looked for.</summary>
    /// <param name="request">Which etcd was wanted.</param>
    /// <param name="attempts">Every place tried, in order.</param>
    public EtcdNotFoundException(EtcdVersionRequest request, IReadOnlyList<EtcdSearchAttempt> attempts)
        : base(Describe(request, attempts))
    {
        Request = request;
        Attempts = attempts;
    }

    /// <summary>Which etcd was wanted.</summary>
    public EtcdVersionRequest Request { get; }

    /// <summary>Every place tried, in order.</summary>
    public IReadOnlyList<EtcdSearchAttempt> Attempts { get; }

    private static string Describe(EtcdVersionRequest request, IReadOnlyList<EtcdSearchAttempt> attempts)
    {
        var lines = attempts.Select(attempt => $"{Environment.NewLine}  - {attempt}");
        return $"No {request} could be had. Set ETCD_BIN to the folder of an etcd executable. Tried:{string.Concat(lines)}";
    }
}
