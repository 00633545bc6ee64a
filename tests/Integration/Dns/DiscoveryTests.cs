using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Dns;

namespace EtcdDefrag.Integration.Dns;

/// <summary>From a domain to the members of a real cluster.</summary>
public sealed class DiscoveryTests
{
    [SkippableFact]
    public async Task A_clusters_members_are_found_by_their_domain_and_answer()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        ServiceRecord[] records = [.. sandbox.Endpoints.Select((e, i) => new ServiceRecord("localhost", new Uri(e).Port, i, 0))];
        await using var responder = DnsResponder.Start().Serve("_etcd-client-blue._tcp.example.test", DnsMode.Truncated, records);
        var discovery = new EndpointDiscovery(new DnsServiceLookup(TimeProvider.System, [responder.Address]));

        var found = await discovery.FindAsync(new DiscoveryRequest("example.test") { ServiceName = "blue" }, CancellationToken.None);
        var snapshot = await Engine.InspectAsync(found.Endpoints.Select(e => e.ToString()), wholeCluster: false);

        Assert.Equal(records.Select(r => $"http://localhost:{r.Port}"), found.Endpoints.Select(e => e.ToString()));
        Assert.Equal(sandbox.Members.Select(m => m.Name), snapshot.Members.Select(m => m.Status?.Name));
        Assert.Null(found.ServerName);
    }

    [Fact]
    public async Task A_domain_without_records_is_an_error_that_says_who_said_so()
    {
        await using var responder = DnsResponder.Start().Serve("_etcd-client._tcp.example.test", DnsMode.Refused);
        var discovery = new EndpointDiscovery(new DnsServiceLookup(TimeProvider.System, [responder.Address]));

        var error = await Assert.ThrowsAsync<EtcdDiscoveryException>(
            () => discovery.FindAsync(new DiscoveryRequest("example.test"), CancellationToken.None));

        Assert.Equal(EtcdDiscoveryFailure.NotAnswered, error.Failure);
        Assert.Equal(
            "The SRV records of 'example.test' give no etcd endpoint. " +
            $"_etcd-client-ssl._tcp.example.test: {responder.Address} says that there is no such name (NXDOMAIN); " +
            $"_etcd-client._tcp.example.test: {responder.Address} refused to answer (REFUSED).",
            error.Message);
    }
}
