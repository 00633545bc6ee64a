using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>
/// Looks up SRV records at DNS resolvers in the way of the system's own look-ups: one resolver after the other, each with a timeout, and
/// all of them a second time. A resolver that says that there is no such name, or no such record, is believed.
/// </summary>
/// <param name="time">The clock of the timeouts.</param>
/// <param name="resolvers">
/// The resolvers in the order of asking; at least one. Null for those of this machine, read anew at every look-up: <c>/etc/resolv.conf</c>
/// with its search list, timeout and attempts; on Windows those of the network interfaces.
/// </param>
/// <exception cref="ArgumentException">There is no resolver.</exception>
internal sealed class DnsServiceLookup(TimeProvider time, IReadOnlyList<IPEndPoint>? resolvers = null) : IServiceLookup
{
    internal ResolverSettings? Settings { get; init; } = resolvers is null ? null : new ResolverSettings(resolvers);

    /// <inheritdoc/>
    public async Task<ServiceLookupResult> LookUpAsync(string service, string domain, CancellationToken cancellationToken)
    {
        var given = $"_{service}._tcp.{domain}";
        if (!DnsName.IsValid(given.EndsWith('.') ? given[..^1] : given))
        {
            throw new ArgumentException($"'{given}' is not a valid DNS name.", nameof(domain));
        }

        var settings = Settings ?? await SystemResolvers.ReadAsync(cancellationToken).ConfigureAwait(false);
        var answers = new List<ServiceAnswer>();
        foreach (var name in settings.FindNamesFor(given).Where(DnsName.IsValid))
        {
            var records = await AskAllAsync(name, settings, answers, cancellationToken).ConfigureAwait(false);

            // Resolvers that do not answer for one name do not answer for the next.
            if (records.Count > 0 || answers[^1].Kind is ServiceAnswerKind.TimedOut or ServiceAnswerKind.Unreachable)
            {
                return new ServiceLookupResult(given, records, answers);
            }
        }

        return new ServiceLookupResult(given, [], answers);
    }

    private async Task<IReadOnlyList<ServiceRecord>> AskAllAsync(
        string name, ResolverSettings settings, List<ServiceAnswer> answers, CancellationToken cancellationToken)
    {
        foreach (var resolver in Enumerable.Repeat(settings.Resolvers, settings.Attempts).SelectMany(r => r))
        {
            DnsResponse? response = null;
            Finding finding;
            try
            {
                var exchange = new ResolverExchange(resolver, settings.Timeout, time);
                response = await exchange.AskAsync(name, cancellationToken).ConfigureAwait(false);
                finding = Describe(response);
            }
            catch (Exception failure) when (failure is TimeoutException or InvalidDataException or SocketException or IOException)
            {
                finding = Describe(failure);
            }

            answers.Add(new ServiceAnswer(name, resolver.ToString(), finding.Kind, finding.Detail));
            if (answers[^1].IsDefinite)
            {
                return finding.Kind == ServiceAnswerKind.Found ? response!.Records : [];
            }
        }

        return [];
    }

    private static Finding Describe(DnsResponse response) => response.Code switch
    {
        DnsResponseCode.None when response.Records.Count > 0 => new(ServiceAnswerKind.Found, "has SRV records for it"),
        DnsResponseCode.None => new(ServiceAnswerKind.NoRecords, "has no SRV records for it"),
        DnsResponseCode.NoSuchName => new(ServiceAnswerKind.NoSuchName, "says that there is no such name (NXDOMAIN)"),
        DnsResponseCode.Refused => new(ServiceAnswerKind.Refused, "refused to answer (REFUSED)"),
        DnsResponseCode.ServerFailure => new(ServiceAnswerKind.ServerFailure, "failed (SERVFAIL)"),
        DnsResponseCode.FormatError => new(ServiceAnswerKind.ServerFailure, "did not understand the question (FORMERR)"),
        DnsResponseCode.NotImplemented => new(ServiceAnswerKind.ServerFailure, "does not support such questions (NOTIMP)"),
        var code => new(ServiceAnswerKind.ServerFailure, $"failed (response code {code:D})"),
    };

    private static Finding Describe(Exception failure) => failure switch
    {
        TimeoutException => new(ServiceAnswerKind.TimedOut, failure.Message),
        InvalidDataException => new(ServiceAnswerKind.Malformed, $"sent an answer that cannot be read: {failure.Message}"),
        SocketException => new(ServiceAnswerKind.Unreachable, $"cannot be reached: {failure.Message.TrimEnd('.')}"),
        _ => new(ServiceAnswerKind.Unreachable, "closed the connection before it answered"),
    };

    private sealed record Finding(ServiceAnswerKind Kind, string Detail);
}
