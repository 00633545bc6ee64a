using System.Globalization;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Inspection;

/// <summary>Warns of certificates that are about to expire.</summary>
internal static class CertificateExpiry
{
    private static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>A sentence for each certificate that expires within 30 days; the client's own once.</summary>
    public static IEnumerable<string> FindWarnings(IEnumerable<EtcdMemberStatus> statuses, DateTimeOffset now)
    {
        var all = statuses.ToArray();
        foreach (var status in all.Where(s => s.ServerCertificateExpires - now < Notice))
        {
            yield return $"The certificate of {status.Endpoint} {Describe(status.ServerCertificateExpires!.Value, now)}.";
        }

        var own = all.Where(s => s.ClientCertificateExpires - now < Notice).Select(s => s.Connection.ClientCertificate!);
        foreach (var certificate in own.DistinctBy(c => c.Thumbprint))
        {
            yield return $"The client certificate '{certificate.Subject}' {Describe(certificate.Expires, now)}.";
        }
    }

    private static string Describe(DateTimeOffset expires, DateTimeOffset now)
    {
        var on = $"on {Units.Time(expires)}";
        return (int)Math.Floor((expires - now).TotalDays) switch
        {
            < 0 => $"expired {on}",
            0 => $"expires {on}, in less than a day",
            1 => $"expires {on}, in 1 day",
            var days => string.Create(CultureInfo.InvariantCulture, $"expires {on}, in {days} days"),
        };
    }
}
