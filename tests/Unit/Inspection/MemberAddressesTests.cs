using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Unit.Inspection;

public sealed class MemberAddressesTests
{
    private static readonly EtcdMember Member = new("8e9e05c52164694d", "m1", ["http://127.0.0.1:2379", "http://10.0.0.1:2379", "http://[::1]:2379"], IsLearner: false);

    [Fact]
    public void A_member_is_tried_where_it_says_in_its_order() =>
        Assert.Equal(Member.ClientUrls, Texts(new MemberAddresses(new()), Member, [Member]));

    [Fact]
    public void Loopback_is_passed_over_where_that_is_asked() =>
        Assert.Equal(["http://10.0.0.1:2379"], Texts(new MemberAddresses(new() { ExcludeLocalhost = true }), Member, [Member]));

    [Fact]
    public void The_map_goes_before_all_that_a_member_says()
    {
        var addresses = new MemberAddresses(Mapped("m1", "http://127.0.0.1:12379") with { ExcludeLocalhost = true });

        Assert.Equal(["http://127.0.0.1:12379"], Texts(addresses, Member, [Member]));
    }

    [Fact]
    public void Who_is_not_in_the_map_is_tried_where_it_says() =>
        Assert.Equal(Member.ClientUrls, Texts(new MemberAddresses(Mapped("m2", "http://127.0.0.1:12379")), Member, [Member]));

    [Fact]
    public void An_address_that_only_this_member_advertises_comes_before_a_shared_one()
    {
        EtcdMember first = new("a1", "m1", ["http://etcd:2379", "http://10.0.0.1:2379", "http://10.0.1.1:2379"], IsLearner: false);
        EtcdMember second = new("b2", "m2", ["http://ETCD:2379", "http://10.0.0.2:2379"], IsLearner: false);

        Assert.Equal(["http://10.0.0.1:2379", "http://10.0.1.1:2379", "http://etcd:2379"], Texts(new MemberAddresses(new()), first, [first, second]));
        Assert.Equal(["http://10.0.0.2:2379", "http://ETCD:2379"], Texts(new MemberAddresses(new()), second, [first, second]));
    }

    [Fact]
    public void Why_there_is_no_address_is_said()
    {
        Assert.Equal("it advertises no client URL", MemberAddresses.ExplainNone(Member with { ClientUrls = [] }));
        Assert.Equal("it was added to the cluster and has never been started", MemberAddresses.ExplainNone(Member with { Name = "", ClientUrls = [] }));
        Assert.Equal(
            "it advertises loopback addresses only (http://localhost:2379), which are excluded",
            MemberAddresses.ExplainNone(Member with { ClientUrls = ["http://localhost:2379"] }));
    }

    [Theory]
    [InlineData("http://10.0.0.1:2379", true)]
    [InlineData("http://127.0.0.1:12379", true)]
    [InlineData("https://10.0.0.1:2379", false)]
    [InlineData("http://10.0.0.2:2379", false)]
    public void An_endpoint_is_a_members_if_it_says_so_or_the_map_does(string endpoint, bool expected) =>
        Assert.Equal(expected, new MemberAddresses(Mapped("m1", "http://127.0.0.1:12379")).IsOf(EtcdEndpoint.Parse(endpoint), Member));

    [Fact]
    public void Nowhere_is_nobodys() => Assert.False(new MemberAddresses(new()).IsOf(null, Member));

    private static IEnumerable<string> Texts(MemberAddresses addresses, EtcdMember member, IReadOnlyList<EtcdMember> members) =>
        addresses.Of(member, members).Select(a => a.Text);

    private static EtcdConnectionOptions Mapped(string member, string endpoint) =>
        new() { EndpointMap = new EtcdEndpointMap([KeyValuePair.Create(member, endpoint)]) };
}
