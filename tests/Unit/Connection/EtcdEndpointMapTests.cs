using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Unit.Connection;

public sealed class EtcdEndpointMapTests
{
    private static readonly EtcdMember Member = new("8e9e05c52164694d", "etcd-1", ["https://10.0.0.1:2379"], IsLearner: false);

    [Theory]
    [InlineData("etcd-1")]
    [InlineData("8E9E05C52164694D")]
    [InlineData("10276657743932975437")]
    [InlineData("https://10.0.0.1:2379/")]
    [InlineData("10.0.0.1:2379")]
    public void A_member_is_named_by_its_name_its_id_or_its_address(string name) =>
        Assert.Equal("https://127.0.0.1:12379", Map((name, "https://127.0.0.1:12379")).Find(Member)?.ToString());

    [Fact]
    public void A_member_that_is_not_named_is_not_moved() => Assert.Null(Map(("etcd-2", "127.0.0.1:1")).Find(Member));

    [Fact]
    public void An_entry_that_stands_for_no_member_is_a_problem()
    {
        var map = Map(("etcd-l", "127.0.0.1:1"), ("ETCD-1", "127.0.0.1:2"), ("10.0.0.1:2379", "127.0.0.1:3"), ("10.0.0.9:2379", "127.0.0.1:4"));

        Assert.Equal(
            [
                "The endpoint map's 'etcd-l' is not the name, id or address of a member; the members are b1, etcd-1.",
                "The endpoint map's '10.0.0.9:2379' is not the name, id or address of a member; the members are b1, etcd-1.",
            ],
            map.FindProblems([Member, new EtcdMember("b1", "", [], IsLearner: false)]));
    }

    [Fact]
    public void A_member_named_twice_is_refused()
    {
        var refused = Assert.Throws<EtcdSettingException>(() => Map(("etcd-1", "127.0.0.1:1"), ("ETCD-1", "127.0.0.1:2")));

        Assert.Equal("The endpoint map's entry 'ETCD-1=127.0.0.1:2' cannot be used: its member is named twice.", refused.Message);
    }

    [Fact]
    public void A_place_that_is_no_endpoint_is_refused() => Assert.Throws<EtcdEndpointException>(() => Map(("etcd-1", "ftp://x")));

    private static EtcdEndpointMap Map(params (string Member, string Endpoint)[] places) =>
        new(places.Select(p => KeyValuePair.Create(p.Member, p.Endpoint)));
}
