using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.PowerShell.Connecting;

namespace EtcdDefrag.Unit.PowerShell;

public sealed class EtcdctlVariablesTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal)
    {
        ["ETCDCTL_ENDPOINTS"] = "10.0.0.1:2379, 10.0.0.2:2379",
        ["ETCDCTL_CACERT"] = "/ca.crt",
        ["ETCDCTL_CERT"] = "/client.crt",
        ["ETCDCTL_KEY"] = "/client.key",
        ["ETCDCTL_INSECURE_SKIP_TLS_VERIFY"] = "true",
        ["ETCDCTL_USER"] = "root",
        ["ETCDCTL_PASSWORD"] = "pass:word",
    };

    [Fact]
    public void What_was_not_given_is_taken_and_said_without_a_secret()
    {
        var variables = Variables();

        var settings = variables.Complete(new());
        var endpoints = variables.ReadEndpoints();

        Assert.Equal(("/ca.crt", "/client.crt", "/client.key", true), (settings.CACertificatePath, settings.CertificatePath, settings.KeyPath, settings.SkipCertificateCheck));
        Assert.Equal(("root", "pass:word"), (settings.Credential?.UserName, settings.Credential?.RevealPassword()));
        Assert.Equal(["10.0.0.1:2379", "10.0.0.2:2379"], endpoints!);
        Assert.Equal(
            [
                "CA certificate '/ca.crt' from ETCDCTL_CACERT.",
                "SkipCertificateCheck 'true' from ETCDCTL_INSECURE_SKIP_TLS_VERIFY.",
                "Password from ETCDCTL_PASSWORD.",
                "User 'root' from ETCDCTL_USER.",
                "Client certificate '/client.crt' from ETCDCTL_CERT.",
                "Key '/client.key' from ETCDCTL_KEY.",
                "Endpoints '10.0.0.1:2379, 10.0.0.2:2379' from ETCDCTL_ENDPOINTS.",
            ],
            variables.Taken);
    }

    [Fact]
    public void A_variable_of_version_2_is_warned_of_where_the_one_of_version_3_is_not_set()
    {
        _environment["ETCDCTL_CA_FILE"] = "/old.crt";
        _environment["ETCDCTL_ENDPOINT"] = "http://old:2379";
        Assert.Empty(Variables().FindIgnored());

        _environment.Remove("ETCDCTL_CACERT");
        Assert.Equal(["ETCDCTL_CA_FILE is a variable of etcdctl's version 2 and is ignored; set ETCDCTL_CACERT."], Variables().FindIgnored());
    }

    [Fact]
    public void What_was_given_always_wins()
    {
        var given = new EtcdConnectionSettings
        {
            CACertificatePath = "/mine.crt",
            CertificatePath = "/me.crt",
            KeyPath = "/me.key",
            SkipCertificateCheck = false,
            Credential = new EtcdCredential("me", "mine"),
        };
        var variables = Variables();

        Assert.Equal(given, variables.Complete(given));
        Assert.Empty(variables.Taken);
    }

    [Fact]
    public void A_given_certificate_does_not_get_another_ones_key()
    {
        EtcdConnectionSettings[] given = [new() { CertificatePath = "/me.pfx" }, new() { KeyPath = "/me.key" }, new() { CertificateThumbprint = "00" }];

        Assert.All(given, g =>
        {
            var settings = Variables().Complete(g);
            Assert.Equal((g.CertificatePath, g.KeyPath), (settings.CertificatePath, settings.KeyPath));
        });
    }

    [Fact]
    public void A_user_may_bring_the_password_along()
    {
        _environment["ETCDCTL_USER"] = "root:secret";
        _environment.Remove("ETCDCTL_PASSWORD");
        var variables = Variables();

        Assert.Equal("secret", variables.Complete(new()).Credential?.RevealPassword());
        Assert.Contains("User 'root' from ETCDCTL_USER.", variables.Taken);
        Assert.DoesNotContain(variables.Taken, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_in_the_endpoints_is_not_said()
    {
        _environment["ETCDCTL_ENDPOINTS"] = "https://root:se,cret@10.0.0.1:2379";
        var variables = Variables();

        Assert.Equal(["https://root:se,cret@10.0.0.1:2379"], variables.ReadEndpoints()!);
        Assert.Equal(["Endpoints 'https://***@10.0.0.1:2379' from ETCDCTL_ENDPOINTS."], variables.Taken);
    }

    [Fact]
    public void A_user_without_a_password_is_refused()
    {
        _environment.Remove("ETCDCTL_PASSWORD");

        var refused = Assert.Throws<EtcdSettingException>(() => Variables().Complete(new()));

        Assert.Equal("The user 'root' of ETCDCTL_USER cannot be used: its password is not known.", refused.Message);
        Assert.Equal("Set ETCDCTL_PASSWORD, or give a credential.", refused.Remedy);
    }

    [Fact]
    public void A_password_without_a_user_is_nobodys()
    {
        _environment.Remove("ETCDCTL_USER");

        Assert.Null(Variables().Complete(new()).Credential);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("", null)]
    public void A_switch_is_true_or_false(string text, bool? expected)
    {
        _environment["ETCDCTL_INSECURE_SKIP_TLS_VERIFY"] = text;

        Assert.Equal(expected, Variables().Complete(new()).SkipCertificateCheck);
    }

    [Fact]
    public void A_switch_that_is_neither_is_refused()
    {
        _environment["ETCDCTL_INSECURE_SKIP_TLS_VERIFY"] = "perhaps";

        Assert.Equal(
            "The value 'perhaps' of ETCDCTL_INSECURE_SKIP_TLS_VERIFY cannot be used: it is neither true nor false.",
            Assert.Throws<EtcdSettingException>(() => Variables().Complete(new())).Message);
    }

    [Fact]
    public void The_domain_to_look_in_is_taken_with_what_belongs_to_it()
    {
        _environment["ETCDCTL_DISCOVERY_SRV"] = "example.test";
        _environment["ETCDCTL_DISCOVERY_SRV_NAME"] = "blue";
        _environment["ETCDCTL_INSECURE_DISCOVERY"] = "true";
        var variables = Variables();

        Assert.Equal(new DiscoveryRequest("example.test") { ServiceName = "blue", AcceptInsecure = true }, variables.ReadDiscovery(null, null, null));
        Assert.Equal(
            [
                "DiscoverySrv 'example.test' from ETCDCTL_DISCOVERY_SRV.",
                "DiscoverySrvName 'blue' from ETCDCTL_DISCOVERY_SRV_NAME.",
                "InsecureDiscovery 'true' from ETCDCTL_INSECURE_DISCOVERY.",
            ],
            variables.Taken);
        Assert.Equal(new DiscoveryRequest("given.test") { ServiceName = "green", AcceptInsecure = false }, Variables().ReadDiscovery("given.test", "green", false));
    }

    [Fact]
    public void Forged_records_lead_nowhere_unless_somebody_accepts_them() =>
        Assert.False(Variables().ReadDiscovery("given.test", null, null)!.AcceptInsecure);

    [Fact]
    public void Without_variables_nothing_is_taken()
    {
        _environment.Clear();
        var variables = Variables();

        Assert.Equal(new EtcdConnectionSettings(), variables.Complete(new()));
        Assert.Null(variables.ReadEndpoints());
        Assert.Null(variables.ReadDiscovery(null, "blue", true));
        Assert.Empty(variables.Taken);
    }

    private EtcdctlVariables Variables() => new(name => _environment.GetValueOrDefault(name));
}
