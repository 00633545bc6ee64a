using System.Globalization;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Warns of certificates that will soon let nobody in.</summary>
public static class CertificateExpiry
{
    /// <summary>How long before its end a certificate is warned of.</summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromDays(30);

    /// <summary>One sentence for each certificate that ends within <see cref="Notice"/>; the client's own once.</summary>
    /// <param name="statuses">What the members said.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<string> FindWarnings(IEnumerable<EtcdMemberStatus> statuses, DateTimeOffset now)
    {
        var all = statuses.ToArray();
        foreach (var status in all.Where(s => s.ServerCertificateExpires - now < Notice))
        {
            yield return $"The certificate of {status.Endpoint} expires {Describe(status.ServerCertificateExpires!.Value, now)}.";
        }

        foreach (var expires in all.Select(s => s.ClientCertificateExpires).OfType<DateTimeOffset>().Distinct().Where(e => e - now < Notice))
        {
            yield return $"The client certificate expires {Describe(expires, now)}.";
        }
    }

    private static string Describe(DateTimeOffset expires, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"on {expires.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, in {Math.Floor((expires - now).TotalDays)} days");
}
