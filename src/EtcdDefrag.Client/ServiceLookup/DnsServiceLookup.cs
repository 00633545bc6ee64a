using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Client.ServiceLookup.Messages;
using EtcdDefrag.Client.ServiceLookup.Resolvers;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>
/// Looks up SRV records at DNS resolvers, as the system's own look-ups go: one resolver after the other, each with a timeout, all
/// of them a second time. A resolver that says that there is no such name, or no such record, is believed.
/// </summary>
internal sealed class DnsServiceLookup : IServiceLookup
{
    private readonly TimeProvider _time;
    private readonly ResolverSettings? _settings;

    /// <summary>
    /// Asks the resolvers of this machine: those of <c>/etc/resolv.conf</c> with its search list, timeout and attempts; on Windows
    /// those of the network interfaces. They are read anew at every look-up.
    /// </summary>
    /// <param name="time">The clock of the timeouts.</param>
    public DnsServiceLookup(TimeProvider time) => _time = time;

    /// <summary>Asks the given resolvers, with no search list, 5 s each and twice at most.</summary>
    /// <param name="time">The clock of the timeouts.</param>
    /// <param name="resolvers">The resolvers in the order of asking; at least one.</param>
    /// <exception cref="ArgumentException">There is no resolver.</exception>
    public DnsServiceLookup(TimeProvider time, IReadOnlyList<IPEndPoint> resolvers)
        : this(time, new ResolverSettings(resolvers))
    {
    }

    internal DnsServiceLookup(TimeProvider time, ResolverSettings settings)
    {
        if (settings.Resolvers.Count == 0)
        {
            throw new ArgumentException("A look-up needs a resolver to ask.", nameof(settings));
        }

        _time = time;
        _settings = settings;
    }

    /// <inheritdoc/>
    public async Task<ServiceLookupResult> LookUpAsync(string service, string domain, CancellationToken cancellationToken)
    {
        var given = $"_{service}._tcp.{domain}";
        if (!DnsName.IsPossible(given.EndsWith('.') ? given[..^1] : given))
        {
            throw new ArgumentException($"'{given}' is no name that DNS could hold.", nameof(domain));
        }

        var settings = _settings ?? await SystemResolvers.ReadAsync(cancellationToken).ConfigureAwait(false);
        var answers = new List<ServiceAnswer>();
        foreach (var name in settings.FindNamesFor(given).Where(DnsName.IsPossible))
        {
            var records = await AskAllAsync(name, settings, answers, cancellationToken).ConfigureAwait(false);

            // Resolvers that cannot be had for one name cannot be had for the next.
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
            var exchange = new ResolverExchange(resolver, settings.Timeout, _time);
            var (kind, detail, records) = await AskAsync(exchange, name, cancellationToken).ConfigureAwait(false);
            answers.Add(new ServiceAnswer(name, resolver.ToString(), kind, detail));
            if (answers[^1].IsDefinite)
            {
                return records;
            }
        }

        return [];
    }

    private static async Task<(ServiceAnswerKind Kind, string Detail, IReadOnlyList<ServiceRecord> Records)> AskAsync(
        ResolverExchange exchange, string name, CancellationToken cancellationToken)
    {
        try
        {
            var response = await exchange.AskAsync(name, cancellationToken).ConfigureAwait(false);
            var (kind, detail) = Describe(response);
            return (kind, detail, kind == ServiceAnswerKind.Found ? response.Records : []);
        }
        catch (TimeoutException late)
        {
            return (ServiceAnswerKind.TimedOut, late.Message, []);
        }
        catch (DnsFormatException unreadable)
        {
            return (ServiceAnswerKind.Malformed, $"sent an answer that cannot be read: {unreadable.Message}", []);
        }
        catch (SocketException unreachable)
        {
            return (ServiceAnswerKind.Unreachable, $"cannot be reached: {unreachable.Message.TrimEnd('.')}", []);
        }
        catch (IOException)
        {
            return (ServiceAnswerKind.Unreachable, "broke the connection off before it had answered", []);
        }
    }

    private static (ServiceAnswerKind Kind, string Detail) Describe(DnsResponse response) => response.Code switch
    {
        DnsResponseCode.None when response.Records.Count > 0 => (ServiceAnswerKind.Found, "has SRV records for it"),
        DnsResponseCode.None => (ServiceAnswerKind.NoRecords, "has no SRV records for it"),
        DnsResponseCode.NoSuchName => (ServiceAnswerKind.NoSuchName, "says that there is no such name (NXDOMAIN)"),
        DnsResponseCode.Refused => (ServiceAnswerKind.Refused, "refused to answer (REFUSED)"),
        DnsResponseCode.ServerFailure => (ServiceAnswerKind.ServerFailure, "failed (SERVFAIL)"),
        DnsResponseCode.FormatError => (ServiceAnswerKind.ServerFailure, "did not understand the question (FORMERR)"),
        DnsResponseCode.NotImplemented => (ServiceAnswerKind.ServerFailure, "cannot answer such questions (NOTIMP)"),
        _ => (ServiceAnswerKind.ServerFailure, string.Create(CultureInfo.InvariantCulture, $"failed (response code {(int)response.Code})")),
    };
}
