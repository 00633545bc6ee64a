using EtcdDefrag.Connection;

namespace EtcdDefrag.Unit.Connection;

public sealed class EtcdEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:2379", "http://127.0.0.1:2379")]
    [InlineData("etcd-0", "http://etcd-0:2379")]
    [InlineData(" http://etcd-0.etcd:2379/ ", "http://etcd-0.etcd:2379")]
    [InlineData("HTTPS://10.0.0.1:443", "https://10.0.0.1:443")]
    [InlineData("[::1]:2379", "http://[::1]:2379")]
    [InlineData(":2379", "http://127.0.0.1:2379")]
    [InlineData("https://:2380", "https://127.0.0.1:2380")]
    [InlineData("https://[fd00::1]", "https://[fd00::1]:2379")]
    [InlineData("unix:///run/etcd.sock", "unix:///run/etcd.sock")]
    [InlineData("unixs:///run/etcd.sock", "unixs:///run/etcd.sock")]
    [InlineData("unix://127.0.0.1:2379", "unix://127.0.0.1:2379")]
    [InlineData("unix:/run/etcd.sock", "unix:///run/etcd.sock")]
    public void An_endpoint_is_what_etcdctl_takes_it_for(string text, string expected) =>
        Assert.Equal(expected, EtcdEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("", "'' is not a valid etcd endpoint: it is empty.")]
    [InlineData("  ", "'  ' is not a valid etcd endpoint: it is empty.")]
    [InlineData("ftp://a:1", "'ftp://a:1' is not a valid etcd endpoint: the scheme 'ftp' is not one of http, https, unix, unixs.")]
    [InlineData("unix://", "'unix://' is not a valid etcd endpoint: it names no socket file; write unix:///run/etcd.sock.")]
    [InlineData("unix:///a,unix:///b", "'unix:///a,unix:///b' is not a valid etcd endpoint: it contains a comma; give several endpoints as a list.")]
    [InlineData("http://a:1/v3", "'http://a:1/v3' is not a valid etcd endpoint: it contains the path '/v3'; an endpoint is only scheme, host and port.")]
    [InlineData("http://a:1?x", "'http://a:1?***' is not a valid etcd endpoint: it contains a query or a fragment; an endpoint is only scheme, host and port.")]
    [InlineData("a:1,b:2", "'a:1,b:2' is not a valid etcd endpoint: it contains a comma; give several endpoints as a list.")]
    [InlineData("a:0", "'a:0' is not a valid etcd endpoint: the port '0' is not a number from 1 to 65535.")]
    [InlineData("a:99999", "'a:99999' is not a valid etcd endpoint: the port '99999' is not a number from 1 to 65535.")]
    [InlineData("a:", "'a:' is not a valid etcd endpoint: the port '' is not a number from 1 to 65535.")]
    [InlineData("a:+1", "'a:+1' is not a valid etcd endpoint: the port '+1' is not a number from 1 to 65535.")]
    [InlineData("http://", "'http://' is not a valid etcd endpoint: it names no host.")]
    [InlineData(":", "':' is not a valid etcd endpoint: it names no host.")]
    [InlineData("a b:1", "'a b:1' is not a valid etcd endpoint: 'a b' is not a host name or an IP address.")]
    [InlineData("::1:2379", "'::1:2379' is not a valid etcd endpoint: an IPv6 address must be in brackets; write [::1]:2379.")]
    [InlineData("[::1:2379", "'[::1:2379' is not a valid etcd endpoint: the brackets do not hold an IPv6 address; write [::1]:2379.")]
    public void What_is_no_endpoint_is_refused_with_the_reason(string text, string message) =>
        Assert.Equal(message, Assert.Throws<EtcdEndpointException>(() => EtcdEndpoint.Parse(text)).Message);

    [Theory]
    [InlineData("HTTP://ETCD-2", "http://etcd-2:2379")]
    [InlineData("http://Etcd-2.Example.COM:2379/", "http://etcd-2.example.com:2379")]
    [InlineData("http://[FD00:0:0::1]:2379", "http://[fd00::1]:2379")]
    [InlineData("[0:0:0:0:0:0:0:1]", "http://[::1]:2379")]
    [InlineData(":2379", "http://127.0.0.1")]
    public void Two_spellings_of_one_address_are_one_endpoint(string one, string other) =>
        Assert.Equal(EtcdEndpoint.Parse(other), EtcdEndpoint.Parse(one));

    [Fact]
    public void A_socket_path_is_not_a_host_and_keeps_its_case() =>
        Assert.NotEqual(EtcdEndpoint.Parse("unix:///run/A.sock"), EtcdEndpoint.Parse("unix:///run/a.sock"));

    [Fact]
    public void A_socket_path_that_no_address_holds_is_refused() =>
        Assert.Contains("longer than 103 bytes", Assert.Throws<EtcdEndpointException>(() => EtcdEndpoint.Parse("unix:///" + new string('x', 103))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.1:2379", "https://10.0.0.1:2379")]
    [InlineData("http://10.0.0.1:2379", "http://10.0.0.1:2379")]
    public void An_endpoint_without_a_scheme_means_what_the_connection_is_for(string text, string expected) =>
        Assert.Equal(expected, EtcdEndpoint.Parse(text, new EtcdConnectionOptions { ServerName = "etcd" }.DefaultScheme).ToString());

    [Theory]
    [InlineData("http://localhost:2379", true)]
    [InlineData("https://127.0.0.2:2379", true)]
    [InlineData("http://[::1]:2379", true)]
    [InlineData("http://10.0.0.1:2379", false)]
    [InlineData("http://localhost.example:2379", false)]
    [InlineData("unix:///run/etcd.sock", false)]
    public void Loopback_is_told_by_the_address_alone(string text, bool expected) => Assert.Equal(expected, EtcdEndpoint.Parse(text).IsLoopback);

    [Theory]
    [InlineData("https://a:2379,https://b", "https://a:2379,https://b")]
    [InlineData("https://root:secret@a:2379", "https://***@a:2379")]
    [InlineData("https://root:se,cret@a:2379", "https://***@a:2379")]
    [InlineData("https://root:se@cret@a:2379", "https://***@a:2379")]
    [InlineData("https://root:se://cret@a:2379", "https://***@a:2379")]
    [InlineData("root:secret@a:2379", "***@a:2379")]
    [InlineData("root:secret://@a:2379", "***@a:2379")]
    [InlineData("root:secret@a,https://b", "***@a,https://b")]
    [InlineData("a:1,https://root:secret@b", "***@b")]
    [InlineData("m1=https://root:secret@a", "m1=https://***@a")]
    [InlineData("http://a/?token=secret", "http://a/?***")]
    [InlineData("http://a#secret", "http://a#***")]
    [InlineData("https://root:secret@a/?token=secret", "https://***@a/?***")]
    [InlineData("https://root:secret?x@a", "https://***")]
    [InlineData("https://a/?token=secret@b", "https://***")]
    [InlineData("@file", "@file")]
    public void Nothing_of_a_password_in_addresses_is_shown(string text, string expected) => Assert.Equal(expected, EtcdEndpoint.Redact(text));

    [Theory]
    [InlineData("a:1, b:2", "a:1| b:2")]
    [InlineData("a,,b", "a||b")]
    [InlineData("https://root:se,cret@a", "https://root:se,cret@a")]
    public void Several_in_one_text_are_taken_apart_where_no_password_is_in_it(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', EtcdEndpoint.Split(text)));

    [Theory]
    [InlineData("https://root:se,cret@a:2379")]
    [InlineData("root:se://cret@a:2379")]
    [InlineData("https://a/root:secret@b")]
    public void No_part_of_a_password_is_repeated(string text)
    {
        var refused = Assert.Throws<EtcdEndpointException>(() => EtcdEndpoint.Parse(text));

        Assert.DoesNotContain("cret", $"{refused} {refused.Endpoint}", StringComparison.Ordinal);
        Assert.DoesNotContain("se", refused.Endpoint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_repeated()
    {
        var refused = Assert.Throws<EtcdEndpointException>(() => EtcdEndpoint.Parse("https://root:secret@a:2379"));

        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("give user and password separately", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/C:/x.sock", true, "C:/x.sock")]
    [InlineData("C:\\etcd\\x.sock", true, "C:/etcd/x.sock")]
    [InlineData("/run/x.sock", true, "/run/x.sock")]
    [InlineData("/C:/x.sock", false, "/C:/x.sock")]
    public void A_slash_precedes_a_drive_in_the_url_of_a_socket_file(string path, bool isWindows, string expected) =>
        Assert.Equal(expected, EndpointReader.ReadSocketPath(path, isWindows));

    [SkippableFact]
    public void On_Windows_every_spelling_of_a_socket_file_is_one_endpoint()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "Only Windows has drives.");

        Assert.Equal("C:/x.sock", EtcdEndpoint.Parse("unix:///C:/x.sock").SocketPath);
        Assert.Equal(EtcdEndpoint.Parse("unix:///C:/x.sock"), EtcdEndpoint.Parse(@"unix:C:\x.sock"));
    }
}
