using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Inspection;

public sealed class CertificateExpiryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_certificate_is_warned_of_below_thirty_days()
    {
        string[] expected =
        [
            "The certificate of https://b:2379 expires on 2026-01-30 23:59:59Z, in 29 days.",
            "The certificate of https://c:2379 expires on 2026-01-01 01:00:00Z, in less than a day.",
            "The certificate of https://e:2379 expires on 2026-01-02 12:00:00Z, in 1 day.",
            "The certificate of https://f:2379 expired on 2025-12-12 00:00:00Z.",
            "The certificate of https://g:2379 expired on 2025-12-31 23:59:59Z.",
        ];

        Assert.Equal(expected, CertificateExpiry.FindWarnings(
            [
                Status("a", Now.AddDays(30)), Status("b", Now.AddDays(30).AddSeconds(-1)), Status("c", Now.AddHours(1)), Status("d", null),
                Status("e", Now.AddHours(36)), Status("f", Now.AddDays(-20)), Status("g", Now.AddSeconds(-1)),
            ], Now));
    }

    [Fact]
    public void The_clients_own_is_warned_of_once()
    {
        var options = new EtcdConnectionOptions { ClientCertificate = EtcdClientCertificate.From(_files.Certificate) };
        var ends = options.ClientCertificate.Expires;
        EtcdMemberStatus[] statuses = [Status("a", ends.AddYears(1)) with { Connection = options }, Status("b", ends.AddYears(1)) with { Connection = options }];

        Assert.Empty(CertificateExpiry.FindWarnings(statuses, ends.AddDays(-30)));
        Assert.Equal(
            [$"The client certificate 'CN=operator' expires on {ends.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}Z, in 2 days."],
            CertificateExpiry.FindWarnings(statuses, ends.AddDays(-2)));
    }

    [Fact]
    public void It_is_not_warned_of_where_it_was_not_shown()
    {
        var options = new EtcdConnectionOptions { ClientCertificate = EtcdClientCertificate.From(_files.Certificate) };

        Assert.Empty(CertificateExpiry.FindWarnings([Status("a", null) with { Connection = options }], options.ClientCertificate.Expires));
    }

    private static EtcdMemberStatus Status(string host, DateTimeOffset? expires) => new()
    {
        Endpoint = $"https://{host}:2379",
        MemberId = host,
        ClusterId = "c",
        Version = "3.5.16",
        DbSize = 1,
        DbSizeInUse = 1,
        LeaderId = host,
        Revision = 1,
        RaftTerm = 1,
        RaftIndex = 1,
        RaftAppliedIndex = 1,
        ServerCertificateExpires = expires,
    };
}
