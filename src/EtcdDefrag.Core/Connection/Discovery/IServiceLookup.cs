namespace EtcdDefrag.Connection.Discovery;

/// <summary>The port to whatever knows where a service runs: DNS SRV records, as RFC 2782 has them.</summary>
public interface IServiceLookup
{
    /// <summary>
    /// Looks up <c>_service._tcp.domain</c>. That nothing is found, and that nobody answers, is a result and no exception.
    /// </summary>
    /// <param name="service">The service without its underscore, for example <c>etcd-client-ssl</c>.</param>
    /// <param name="domain">The domain, for example <c>example.com</c>; with a dot at its end no search list is applied to it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The two make no name that DNS could hold.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ServiceLookupResult> LookUpAsync(string service, string domain, CancellationToken cancellationToken);
}

/// <summary>One SRV record: a place where a service runs.</summary>
/// <param name="Target">The host's name, without the dot at its end. Empty for the root, which says that there is no such service.</param>
/// <param name="Port">The TCP port, 0 to 65535.</param>
/// <param name="Priority">Lower comes first, 0 to 65535.</param>
/// <param name="Weight">Among equal priorities the higher is preferred, 0 to 65535.</param>
public sealed record ServiceRecord(string Target, int Port, int Priority, int Weight);

/// <summary>What became of one look-up.</summary>
/// <param name="Name">The name that was looked up, for example <c>_etcd-client-ssl._tcp.example.com</c>.</param>
/// <param name="Records">The records found, in the order of the answer; none where the look-up failed.</param>
/// <param name="Answers">What each resolver said to each question, in the order of asking; at least one.</param>
public sealed record ServiceLookupResult(string Name, IReadOnlyList<ServiceRecord> Records, IReadOnlyList<ServiceAnswer> Answers)
{
    /// <summary>Whether it is known for every name that was asked for what records it has, be it none.</summary>
    public bool WasAnswered => Answers.GroupBy(a => a.Name, StringComparer.OrdinalIgnoreCase).All(name => name.Last().IsDefinite);

    /// <summary>What each resolver said, in one line; what was said of several names, or more than once, stands there once.</summary>
    public override string ToString() => string.Join(", ", Answers
        .GroupBy(a => $"{a.Resolver} {a.Detail}", a => a.Name, StringComparer.Ordinal)
        .Select(said => $"{string.Join(" and ", said.Distinct(StringComparer.OrdinalIgnoreCase))}: {said.Key}"));
}

/// <summary>What one resolver said to one question.</summary>
/// <param name="Name">The name asked for; it differs from the look-up's where a search list was applied.</param>
/// <param name="Resolver">The resolver's address, for example <c>10.0.0.2:53</c>.</param>
/// <param name="Kind">The kind of answer.</param>
/// <param name="Detail">The answer in words, as the end of a sentence that begins with the resolver.</param>
public sealed record ServiceAnswer(string Name, string Resolver, ServiceAnswerKind Kind, string Detail)
{
    /// <summary>Whether this settles what records the name has.</summary>
    public bool IsDefinite => Kind is ServiceAnswerKind.Found or ServiceAnswerKind.NoSuchName or ServiceAnswerKind.NoRecords;

    /// <summary>Who said what about which name.</summary>
    public override string ToString() => $"{Name}: {Resolver} {Detail}";
}

/// <summary>The kinds of answer to a question for SRV records.</summary>
public enum ServiceAnswerKind
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NoSuchName,

    /// <summary>The name exists and has no SRV records.</summary>
    NoRecords,

    /// <summary>The resolver failed (SERVFAIL, or any other error but the ones named here).</summary>
    ServerFailure,

    /// <summary>The resolver does not answer us (REFUSED).</summary>
    Refused,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>The resolver could not be reached.</summary>
    Unreachable,

    /// <summary>The answer could not be understood.</summary>
    Malformed,
}
