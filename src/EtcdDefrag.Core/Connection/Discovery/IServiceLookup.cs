namespace EtcdDefrag.Connection.Discovery;

/// <summary>The port to whatever knows where a service runs: DNS SRV records, as RFC 2782 defines them.</summary>
internal interface IServiceLookup
{
    /// <summary>
    /// Looks up <c>_service._tcp.domain</c>. That nothing is found, and that no resolver answers, is a result and not an exception.
    /// </summary>
    /// <param name="service">The service without its underscore, for example <c>etcd-client-ssl</c>.</param>
    /// <param name="domain">The domain, for example <c>example.com</c>; with a dot at its end no search list is applied to it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The two make no valid DNS name.</exception>
    Task<ServiceLookupResult> LookUpAsync(string service, string domain, CancellationToken cancellationToken);
}

/// <summary>One SRV record. The target has no dot at its end; empty for the root, which says that the service is not offered.</summary>
internal sealed record ServiceRecord(string Target, int Port, int Priority, int Weight);

/// <summary>The result of one look-up.</summary>
/// <param name="Name">The name that was looked up, for example <c>_etcd-client-ssl._tcp.example.com</c>.</param>
/// <param name="Records">The records found, in the order of the answer.</param>
/// <param name="Answers">What each resolver said to each question, in the order of asking; at least one.</param>
internal sealed record ServiceLookupResult(string Name, IReadOnlyList<ServiceRecord> Records, IReadOnlyList<ServiceAnswer> Answers)
{
    /// <summary>Whether the records of every name that was asked for are known, even if there are none.</summary>
    public bool WasAnswered => Answers.GroupBy(a => a.Name, StringComparer.OrdinalIgnoreCase).All(name => name.Last().IsDefinite);

    /// <summary>What each resolver said, in one line; the same answer for several names, or given more than once, appears once.</summary>
    public override string ToString() => string.Join(", ", Answers
        .GroupBy(a => $"{a.Resolver} {a.Detail}", a => a.Name, StringComparer.Ordinal)
        .Select(answer => $"{string.Join(" and ", answer.Distinct(StringComparer.OrdinalIgnoreCase))}: {answer.Key}"));
}

/// <summary>What one resolver said to one question.</summary>
/// <param name="Name">The name asked for; not the look-up's where a search list was applied.</param>
/// <param name="Resolver">The resolver's address, for example <c>10.0.0.2:53</c>.</param>
/// <param name="Kind">The kind of answer.</param>
/// <param name="Detail">The answer in words, as the end of a sentence that begins with the resolver.</param>
internal sealed record ServiceAnswer(string Name, string Resolver, ServiceAnswerKind Kind, string Detail)
{
    /// <summary>Whether this settles which records the name has.</summary>
    public bool IsDefinite => Kind is ServiceAnswerKind.Found or ServiceAnswerKind.NoSuchName or ServiceAnswerKind.NoRecords;

    public override string ToString() => $"{Name}: {Resolver} {Detail}";
}

/// <summary>The kinds of answer. NoSuchName is NXDOMAIN, ServerFailure is SERVFAIL or any other error, Refused is REFUSED.</summary>
internal enum ServiceAnswerKind
{
    Found,
    NoSuchName,
    NoRecords,
    ServerFailure,
    Refused,
    TimedOut,
    Unreachable,
    Malformed,
}
