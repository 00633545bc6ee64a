using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.Connecting;

/// <summary>Checks the certificate that a server shows, and keeps what was wrong with it.</summary>
internal sealed class ServerCertificateCheck(EtcdEndpoint endpoint, EtcdConnectionOptions options)
{
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    private volatile string? _problem;
    private long _expiresTicks;

    /// <summary>What was wrong with the certificate shown last, as the end of a sentence.</summary>
    public string? Problem => _problem;

    /// <summary>Until when the certificate shown last is valid.</summary>
    public DateTimeOffset? Expires =>
        Interlocked.Read(ref _expiresTicks) is not 0 and var ticks ? new DateTimeOffset(new DateTime(ticks, DateTimeKind.Local)) : null;

    /// <summary>The name that the certificate must contain.</summary>
    public string ExpectedName => options.ServerName ?? endpoint.Host;

    /// <summary>Accepts the certificate or refuses it; called by the TLS stack.</summary>
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
        var element = chain.ChainElements.FirstOrDefault(e => Has(e.ChainElementStatus, X509ChainStatusFlags.NotTimeValid));
        if (element?.Certificate is not { } certificate)
        {
            return null;
        }

        var isServer = element == chain.ChainElements[0];
        var which = isServer ? "the server's certificate" : $"the certificate of its authority '{certificate.Subject}'";
        return certificate.NotBefore > chain.ChainPolicy.VerificationTime
            ? $"{which} is not valid before {Units.Time(new DateTimeOffset(certificate.NotBefore))}"
            : $"{which} expired on {Units.Time(new DateTimeOffset(certificate.NotAfter))}";
    }

    private string? FindUntrusted(X509Certificate2 shown, X509Chain chain)
    {
        if (!Has(chain.ChainStatus, Untrusted) || EndsAtTrusted(chain))
        {
            return null;
        }

        var by = shown.Issuer == shown.Subject ? "itself" : $"'{shown.Issuer}'";
        var where = options.CertificateAuthorities is { } given ? $"is not in '{given.Source}'" : "this system does not trust";
        return $"the server's certificate was issued by {by}, which {where}";
    }

    /// <summary>A trusted authority need not be a root: etcdctl trusts whatever certificate it is given.</summary>
    private bool EndsAtTrusted(X509Chain chain) =>
        options.CertificateAuthorities?.GetCertificates() is { } trusted
        && chain.ChainElements.Any(e => trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(e.Certificate.RawDataMemory.Span)));

    private static string? FindOtherFault(X509Chain chain)
    {
        var faults = chain.ChainStatus
            .Where(s => (s.Status & ~(Untrusted | X509ChainStatusFlags.NotTimeValid)) != X509ChainStatusFlags.NoError)
            .Select(s => s.StatusInformation.Trim().TrimEnd('.'))
            .ToArray();
        return faults.Length == 0 ? null : $"the server's certificate is not valid: {string.Join("; ", faults)}";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToArray();
        var addresses = alternatives.SelectMany(a => a.EnumerateIPAddresses()).Select(a => a.ToString());
        string[] names = [.. alternatives.SelectMany(a => a.EnumerateDnsNames()), .. addresses];
        return names.Length > 0 ? string.Join(", ", names) : $"no name but its subject '{certificate.Subject}'";
    }

    private static bool Has(X509ChainStatus[] statuses, X509ChainStatusFlags flags) =>
        Array.Exists(statuses, s => (s.Status & flags) != X509ChainStatusFlags.NoError);
}
