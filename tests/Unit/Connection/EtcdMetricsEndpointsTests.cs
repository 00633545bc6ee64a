using EtcdDefrag.Connection;

namespace EtcdDefrag.Unit.Connection;

/// <summary>Where a member's metrics are, by its client endpoint.</summary>
public sealed class EtcdMetricsEndpointsTests
{
    [Theory]
    [InlineData("https://10.0.0.1:2379", "http://10.0.0.1:2381")]
    [InlineData("http://etcd-1:2379", "http://etcd-1:2381")]
    [InlineData("http://[fd00::1]:2379", "http://[fd00::1]:2381")]
    [InlineData("unix:///run/etcd.sock", "http://localhost:2381")]
    public void A_pattern_takes_the_host_of_the_client_endpoint(string member, string expected) =>
        Assert.Equal(expected, Find(member, "http://{host}:2381"));

    [Fact]
    public void A_single_place_goes_before_the_pattern_and_is_found_however_the_member_is_written()
    {
        string[] places = ["http://{host}:2381", "HTTP://ETCD-1:2379=http://127.0.0.1:9101"];

        Assert.Equal("http://127.0.0.1:9101", Find("http://etcd-1:2379", places));
        Assert.Equal("http://etcd-2:2381", Find("http://etcd-2:2379", places));
    }

    [Fact]
    public void A_member_that_is_not_named_is_asked_at_its_client_endpoint() => Assert.Null(Find("http://etcd-2:2379", "http://etcd-1:2379=http://etcd-1:2381"));

    [Fact]
    public void Without_a_scheme_a_place_means_what_an_endpoint_without_one_means()
    {
        var places = new EtcdMetricsEndpoints(["{host}:2381", "etcd-1=etcd-1:2382"], "https");

        Assert.Equal("https://etcd-2:2381", places.Find(EtcdEndpoint.Parse("https://etcd-2"))?.ToString());
        Assert.Equal("https://etcd-1:2382", places.Find(EtcdEndpoint.Parse("https://etcd-1"))?.ToString());
    }

    [Theory]
    [InlineData("http://10.0.0.1:2381", "it does not say whose metrics are there")]
    [InlineData("http://{HOST}:2381", "it does not say whose metrics are there")]
    [InlineData("http://{host}:2381,http://{host}:2382", "there is already a pattern for every member")]
    [InlineData("http://a:1=http://a:2,http://A:1=http://a:3", "its member is named twice")]
    public void What_would_give_one_members_metrics_for_another_is_refused(string places, string problem)
    {
        var refused = Assert.Throws<EtcdSettingException>(() => new EtcdMetricsEndpoints(places.Split(',')));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Contains("{host}", refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://{host}:2381/metrics")]
    [InlineData("http://metrics-{host}:2381")]
    [InlineData("ftp://{host}:2381")]
    [InlineData("http://a:1=")]
    [InlineData("=http://a:1")]
    [InlineData("http://a:1=http://{host}:2381")]
    public void What_leads_to_no_endpoint_is_refused(string place) =>
        Assert.True(Record.Exception(() => new EtcdMetricsEndpoints([place])) is EtcdEndpointException or EtcdSettingException);

    [Fact]
    public void A_password_in_a_place_is_not_shown()
    {
        var refused = Assert.ThrowsAny<Exception>(() => new EtcdMetricsEndpoints(["http://root:correct-horse@a:2381"]));

        Assert.DoesNotContain("correct-horse", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_places_are_equal_so_that_a_configuration_that_is_read_again_has_not_changed()
    {
        Assert.Equal(new EtcdMetricsEndpoints(["http://{host}:1", "a=b"]), new EtcdMetricsEndpoints(["http://{host}:1", "a=b"]));
        Assert.NotEqual(new EtcdMetricsEndpoints(["http://{host}:1"]), new EtcdMetricsEndpoints(["http://{host}:2"]));
    }

    private static string? Find(string member, params string[] places) => new EtcdMetricsEndpoints(places).Find(EtcdEndpoint.Parse(member))?.ToString();
}
