using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Connection;

public sealed class EtcdConnectionSettingsTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void What_was_not_said_stays_as_it_was_carried()
    {
        var carried = new EtcdConnectionOptions
        {
            ConnectionTimeout = TimeSpan.FromSeconds(3),
            OperationTimeout = TimeSpan.FromSeconds(4),
            KeepAliveInterval = TimeSpan.FromSeconds(11),
            KeepAliveTimeout = TimeSpan.FromSeconds(5),
            CertificateAuthorities = EtcdCertificateAuthorities.FromFile(_files["ca.crt"]),
            ClientCertificate = EtcdClientCertificate.From(_files.Certificate),
            ServerName = "etcd",
            SkipCertificateCheck = true,
            Credential = new EtcdCredential("root", "secret"),
            EndpointMap = new EtcdEndpointMap([KeyValuePair.Create("m1", "127.0.0.1:1")]),
            MetricsEndpoints = new EtcdMetricsEndpoints(["http://{host}:2381"]),
            ExcludeLocalhost = true,
        };

        Assert.Equal(carried, new EtcdConnectionSettings().ToOptions(carried));
    }

    [Fact]
    public void What_was_said_goes_before_what_was_carried()
    {
        using var other = new CertificateFolder("CN=other");
        var carried = new EtcdConnectionOptions
        {
            CertificateAuthorities = EtcdCertificateAuthorities.FromFile(other["ca.crt"]),
            ClientCertificate = EtcdClientCertificate.From(other.Certificate),
            ServerName = "other",
            SkipCertificateCheck = true,
            Credential = new EtcdCredential("other", ""),
            ExcludeLocalhost = true,
        };

        var options = new EtcdConnectionSettings
        {
            ConnectionTimeout = TimeSpan.FromSeconds(7),
            OperationTimeout = TimeSpan.FromSeconds(8),
            KeepAliveInterval = TimeSpan.FromSeconds(10),
            KeepAliveTimeout = TimeSpan.FromSeconds(9),
            CACertificatePath = _files["two.crt"],
            CertificatePath = _files["client.crt"],
            KeyPath = _files["client.key"],
            ServerName = "etcd",
            SkipCertificateCheck = false,
            Credential = new EtcdCredential("root", "secret"),
            EndpointMap = [KeyValuePair.Create("m1", "127.0.0.1:1")],
            MetricsEndpoints = ["{host}:2381"],
            ExcludeLocalhost = false,
        }.ToOptions(carried);

        Assert.Equal((7d, 8d, 10d, 9d), (options.ConnectionTimeout.TotalSeconds, options.OperationTimeout.TotalSeconds, options.KeepAliveInterval.TotalSeconds, options.KeepAliveTimeout.TotalSeconds));
        Assert.Equal(2, options.CertificateAuthorities!.Subjects.Count);
        Assert.Equal("CN=operator", options.ClientCertificate!.Subject);
        Assert.Equal(("etcd", false, "root", false), (options.ServerName, options.SkipCertificateCheck, options.Credential!.UserName, options.ExcludeLocalhost));
        Assert.Equal("https://m1:2381", options.MetricsEndpoints!.Find(EtcdEndpoint.Parse("m1"))?.ToString());
        Assert.Equal("https://127.0.0.1:1", options.EndpointMap!.Find(new EtcdMember("1", "m1", [], IsLearner: false))?.ToString());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("fd00::1")]
    [InlineData("etcd-0:2379")]
    [InlineData("https://etcd-0")]
    public void A_server_name_that_is_none_is_refused(string name)
    {
        var refused = Assert.Throws<EtcdSettingException>(() => new EtcdConnectionSettings { ServerName = name }.ToOptions(new()));

        Assert.Equal($"The server name '{name}' cannot be used: it is not a host name.", refused.Message);
    }

    [Theory]
    [InlineData("client.pfx")]
    [InlineData("client.P12")]
    public void A_file_is_known_for_PFX_by_its_ending(string name)
    {
        File.Move(_files["client.pfx"], _files[name]);

        var options = new EtcdConnectionSettings { CertificatePath = _files[name], CertificatePassword = CertificateFolder.Password }.ToOptions(new());

        Assert.Equal(_files.Certificate.Thumbprint, options.ClientCertificate!.Thumbprint);
    }

    [Fact]
    public void A_client_certificate_is_named_in_one_way()
    {
        EtcdConnectionSettings[] twice =
        [
            new() { Certificate = _files.Certificate, CertificatePath = _files["client.crt"] },
            new() { Certificate = _files.Certificate, CertificateThumbprint = "00" },
            new() { CertificatePath = _files["client.crt"], CertificateThumbprint = "00" },
        ];

        Assert.All(twice, s => Assert.Equal("The client certificate cannot be used: it is given in more than one way.", Refused(s)));
    }

    [Fact]
    public void A_key_alone_is_refused() => Assert.Equal(
        "The key '/k' cannot be used: its certificate was not given.", Refused(new() { KeyPath = "/k" }));

    [Fact]
    public void Pings_that_etcd_would_take_for_an_attack_are_refused() => Assert.Equal(
        "The keepalive interval of 9.5 s cannot be used: etcd's server ends connections that ping more often than every 5 s.",
        Refused(new() { KeepAliveInterval = TimeSpan.FromSeconds(9.5) }));

    private static string Refused(EtcdConnectionSettings settings) => Assert.Throws<EtcdSettingException>(() => settings.ToOptions(new())).Message;
}
