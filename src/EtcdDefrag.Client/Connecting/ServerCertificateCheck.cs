using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>Judges the certificate that a server shows, and remembers what was wrong with it, in words for a person.</summary>
internal sealed class ServerCertificateCheck(EtcdEndpoint endpoint, EtcdConnectionOptions options)
{
    private volatile string? _problem;
    private long _expiresTicks;

    /// <summary>What was wrong with the certificate shown last, as the end of a sentence; null where nothing was.</summary>
    public string? Problem => _problem;

    /// <summary>Until when the certificate shown last is valid; null where none was shown.</summary>
    public DateTimeOffset? Expires => Interlocked.Read(ref _expiresTicks) is not 0 and var ticks ? new DateTimeOffset(new DateTime(ticks, DateTimeKind.Local)) : null;

    /// <summary>The name that the certificate must hold.</summary>
    public string ExpectedName => options.ServerName ?? endpoint.Host;

    /// <summary>Takes the certificate or refuses it; called by the TLS stack.</summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || chain is null)
        {
            _problem = "the server shows no certificate";
            return false;
        }

        Interlocked.Exchange(ref _expiresTicks, shown.NotAfter.Ticks);
        _problem = options.SkipCertificateCheck ? null : FindProblem(shown, chain, errors);
        return _problem is null;
    }

    private string? FindProblem(X509Certificate2 shown, X509Chain chain, SslPolicyErrors errors) =>
        FindExpired(chain)
        ?? FindUntrusted(shown, chain)
        ?? FindOtherFault(chain)
        ?? (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the server's certificate is for {NamesOf(shown)}, not for '{ExpectedName}'"
            : null);

    private static string? FindExpired(X509Chain chain)
    {
        var now = chain.ChainPolicy.VerificationTime;
        foreach (var element in chain.ChainElements.Where(e => Has(e.ChainElementStatus, X509ChainStatusFlags.NotTimeValid)))
        {
            var certificate = element.Certificate;
            var which = element == chain.ChainElements[0] ? "the server's certificate" : $"the certificate of its authority '{certificate.Subject}'";
            return certificate.NotBefore > now
                ? $"{which} is not valid before {Write(certificate.NotBefore)}"
                : $"{which} expired on {Write(certificate.NotAfter)}";
        }

        return null;
    }

    private string? FindUntrusted(X509Certificate2 shown, X509Chain chain)
    {
        if (!Has(chain.ChainStatus, X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain) || EndsAtTrusted(chain))
        {
            return null;
        }

        var by = shown.Issuer == shown.Subject ? "itself" : $"'{shown.Issuer}'";
        var trusted = options.CertificateAuthorities is { } given ? $"which is not in '{given.Source}'" : "which this system does not trust";
        return $"the server's certificate was issued by {by}, {trusted}";
    }

    /// <summary>An authority that is trusted by name need not be a root: etcdctl trusts whatever certificate it is given.</summary>
    private bool EndsAtTrusted(X509Chain chain) =>
        options.CertificateAuthorities?.GetCertificates() is { } trusted
        && chain.ChainElements.Any(e => trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(e.Certificate.RawDataMemory.Span)));

    private static string? FindOtherFault(X509Chain chain)
    {
        const X509ChainStatusFlags Known = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
        var faults = chain.ChainStatus.Where(s => (s.Status & ~Known) != X509ChainStatusFlags.NoError).Select(s => s.StatusInformation.Trim().TrimEnd('.')).ToArray();
        return faults.Length == 0 ? null : $"the server's certificate is not valid: {string.Join("; ", faults)}";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToArray();
        string[] names = [.. alternatives.SelectMany(a => a.EnumerateDnsNames()), .. alternatives.SelectMany(a => a.EnumerateIPAddresses()).Select(a => a.ToString())];
        return names.Length > 0 ? string.Join(", ", names) : $"no name but its subject '{certificate.Subject}'";
    }

    private static bool Has(IEnumerable<X509ChainStatus> statuses, X509ChainStatusFlags flags) => statuses.Any(s => (s.Status & flags) != X509ChainStatusFlags.NoError);

    private static string Write(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
