using EtcdDefrag.Connection;
using EtcdDefrag.Client.Connecting;

namespace EtcdDefrag.Unit.Client;

public sealed class EnvironmentProxyTests
{
    private const string Address = "http://operator:secret%40@proxy:3128";

    [Theory]
    [InlineData("https://etcd-0:2379", true)]
    [InlineData("https://10.0.0.1:2379", true)]
    [InlineData("http://etcd-0:2379", false)]
    [InlineData("https://127.0.0.1:2379", false)]
    [InlineData("https://[::1]:2379", false)]
    [InlineData("https://localhost:2379", false)]
    [InlineData("unixs:///run/etcd.sock", false)]
    public void A_proxy_is_for_TLS_elsewhere_alone(string endpoint, bool expected) =>
        Assert.Equal(expected, Find(endpoint, ("HTTPS_PROXY", Address), ("HTTP_PROXY", Address), ("ALL_PROXY", Address)) is not null);

    [Fact]
    public void The_proxy_for_http_is_for_nothing() => Assert.Null(Find("https://etcd-0:2379", ("HTTP_PROXY", Address), ("http_proxy", Address), ("HTTPS_PROXY", " ")));

    [Theory]
    [InlineData("*", true)]
    [InlineData("etcd.example", true)]
    [InlineData("example", true)]
    [InlineData(".example", true)]
    [InlineData("*.EXAMPLE", true)]
    [InlineData("other, etcd.example:2379", true)]
    [InlineData("etcd.example:2380", false)]
    [InlineData("ample", false)]
    [InlineData(".etcd.example", false)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("", false)]
    public void A_name_is_excepted_with_all_that_is_below_it(string exceptions, bool expected) =>
        Assert.Equal(expected, Find("https://etcd.example:2379", ("HTTPS_PROXY", Address), ("NO_PROXY", exceptions)) is null);

    [Theory]
    [InlineData("https://10.1.2.3:2379", "10.0.0.0/8", true)]
    [InlineData("https://10.1.2.3:2379", "10.0.0.5/8", true)]
    [InlineData("https://10.1.2.3:2379", "10.1.2.5/29", true)]
    [InlineData("https://10.1.2.3:2379", "10.1.2.5/30", false)]
    [InlineData("https://10.1.2.3:2379", "10.1.2.3/33", false)]
    [InlineData("https://10.1.2.3:2379", "fd00::/0", false)]
    [InlineData("https://10.1.2.3:2379", "10.1.2.3", true)]
    [InlineData("https://10.1.2.3:2379", "10.1.2.3:2379", true)]
    [InlineData("https://10.1.2.3:2379", "10.1.2.3:1", false)]
    [InlineData("https://10.1.2.3:2379", "11.0.0.0/8,2.3", false)]
    [InlineData("https://[fd00::1]:2379", "fd00::/8", true)]
    [InlineData("https://[fd00::1]:2379", "fd00::1", true)]
    [InlineData("https://[fd00::1]:2379", "[fd00::1]:2379", true)]
    [InlineData("https://[fd00::1]:2379", "[fd00::1]:1", false)]
    public void An_address_is_excepted_by_itself_or_by_its_network(string endpoint, string exceptions, bool expected) =>
        Assert.Equal(expected, Find(endpoint, ("https_proxy", Address), ("no_proxy", exceptions)) is null);

    [Fact]
    public void User_and_password_are_kept_apart_from_the_address()
    {
        var proxy = Find("https://etcd-0:2379", ("HTTPS_PROXY", Address))!;

        Assert.Equal(("http://proxy:3128", "HTTPS_PROXY", null), (proxy.ToString(), proxy.Variable, proxy.Problem));
        var web = proxy.ToWebProxy();
        Assert.Equal("http://proxy:3128/", web.Address!.AbsoluteUri);
        var credential = web.Credentials!.GetCredential(web.Address, "Basic")!;
        Assert.Equal(("operator", "secret@"), (credential.UserName, credential.Password));
    }

    [Theory]
    [InlineData("proxy:3128", "http://proxy:3128")]
    [InlineData("https://proxy", "https://proxy")]
    [InlineData("socks5://proxy:1080", "socks5://proxy:1080")]
    public void An_address_without_a_scheme_is_of_http(string text, string expected) =>
        Assert.Equal(expected, Find("https://etcd-0:2379", ("HTTPS_PROXY", text))!.ToString());

    [Theory]
    [InlineData("ftp://operator:secret@proxy:21")]
    [InlineData("http://operator:secret@")]
    public void What_names_no_proxy_is_a_problem_that_is_told_without_it(string text)
    {
        var proxy = Find("https://etcd-0:2379", ("HTTPS_PROXY", text))!;

        Assert.Equal("HTTPS_PROXY does not name a proxy; write http://proxy:3128", proxy.Problem);
        Assert.Equal("HTTPS_PROXY", proxy.ToString());
    }

    private static EnvironmentProxy? Find(string endpoint, params (string Name, string Value)[] environment) =>
        EnvironmentProxy.Find(EtcdEndpoint.Parse(endpoint), name => environment.FirstOrDefault(v => v.Name == name).Value);
}
