using System.Net;
using EtcdDefrag.Client.ServiceLookup;

namespace EtcdDefrag.Unit.Dns;

public sealed class ResolvConfTests
{
    [Fact]
    public void The_file_is_read_as_the_system_reads_it()
    {
        var settings = SystemResolvers.ReadText(
            """
            # written by a program
            ; nameserver 9.9.9.9
            domain ignored.example
            nameserver 10.96.0.10
            nameserver	fd00::53
            search etcd.svc.cluster.local svc.cluster.local. cluster.local
            nameserver nonsense
            nameserver 10.0.0.3
            nameserver 10.0.0.4
            options ndots:5 timeout:3 rotate edns0
            options attempts:99

            """.ReplaceLineEndings("\r\n"));

        Assert.Equal(["10.96.0.10:53", "[fd00::53]:53", "10.0.0.3:53"], settings.Resolvers.Select(r => r.ToString()));
        Assert.Equal(["etcd.svc.cluster.local", "svc.cluster.local", "cluster.local"], settings.SearchList);
        Assert.Equal((5, TimeSpan.FromSeconds(3), 5), (settings.DotsThatMakeAbsolute, settings.Timeout, settings.Attempts));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nameserver\noptions timeout: attempts:-1 ndots:x\n")]
    [InlineData("nameserver 999.1.1.1 10.0.0.1\n")]
    public void Without_a_resolver_the_machine_itself_is_asked(string text)
    {
        var settings = SystemResolvers.ReadText(text);

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], settings.Resolvers);
        Assert.Equal((1, TimeSpan.FromSeconds(5), 2), (settings.DotsThatMakeAbsolute, settings.Timeout, settings.Attempts));
        Assert.Empty(settings.SearchList);
    }

    [Fact]
    public void A_resolver_on_the_link_keeps_its_scope() =>
        Assert.Equal("[fe80::1%3]:53", Assert.Single(SystemResolvers.ReadText("nameserver fe80::1%3").Resolvers).ToString());

    [Fact]
    public void Of_domain_and_search_the_last_counts() =>
        Assert.Equal(["b.example"], SystemResolvers.ReadText("search a.example c.example\ndomain b.example d.example").SearchList);

    [Theory]
    [InlineData(1, "_s._tcp.etcd", "_s._tcp.etcd, _s._tcp.etcd.a.example, _s._tcp.etcd.b.example")]
    [InlineData(5, "_s._tcp.etcd", "_s._tcp.etcd.a.example, _s._tcp.etcd.b.example, _s._tcp.etcd")]
    [InlineData(5, "_s._tcp.etcd.", "_s._tcp.etcd")]
    public void The_search_list_comes_after_a_name_with_dots_enough_and_before_any_other(int dots, string name, string expected)
    {
        var settings = SystemResolvers.ReadText($"search a.example b.example\noptions ndots:{dots}");

        Assert.Equal(expected, string.Join(", ", settings.FindNamesFor(name)));
    }
}
