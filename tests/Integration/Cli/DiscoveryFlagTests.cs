using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Dns;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

[Collection(SharedCluster.Name)]
public sealed class DiscoveryFlagTests(SharedCluster shared)
{
    [SkippableTheory]
    [InlineData(0, "--discovery-srv", "example.test", "--discovery-srv-name", "blue")]
    [InlineData(0, "-d", "example.test", "--discovery-srv-name=blue")]
    [InlineData(0, "-dexample.test", "--discovery-srv-name=blue", "--insecure-discovery=true")]
    [InlineData(1, "-d", "example.test", "--discovery-srv-name", "green")]
    [InlineData(1, "-d", "example.test", "--discovery-srv-name", "blue", "--insecure-discovery=false")]
    [InlineData(64, "-d", "no domain")]
    [ShowsFlag("discovery-srv", "discovery-srv-name", "insecure-discovery")]
    public async Task Endpoints_are_found_by_SRV_records(int exitCode, params string[] flags)
    {
        var sandbox = await shared.GetAsync();
        ServiceRecord[] records = [.. sandbox.Endpoints.Select((e, i) => new ServiceRecord("localhost", new Uri(e).Port, i, 0))];
        await using var responder = DnsResponder.Start().Serve("_etcd-client-blue._tcp.example.test", records);
        var around = new Around { ServiceLookup = new DnsServiceLookup(TimeProvider.System, [responder.Address]) };

        var result = await InProcessCommand.RunAsync(around, ["status", .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        var wanted = exitCode == 0 ? records.Select(r => $"http://localhost:{r.Port}") : [];
        Assert.Equal(wanted, result.Output.Skip(1).Select(l => l.Split(' ')[0]));
        Assert.Equal(exitCode == 64, responder.Questions.Count == 0);
    }

    [SkippableFact]
    public async Task A_look_up_that_fails_is_warned_of_since_it_may_have_named_endpoints_with_TLS()
    {
        var sandbox = await shared.GetAsync();
        await using var responder = DnsResponder.Start()
            .Serve("_etcd-client._tcp.example.test", [new ServiceRecord("localhost", new Uri(sandbox.Endpoints[0]).Port, 0, 0)])
            .Serve("_etcd-client-ssl._tcp.example.test", DnsMode.ServerFailure);
        var around = new Around { ServiceLookup = new DnsServiceLookup(TimeProvider.System, [responder.Address]) };

        var result = await InProcessCommand.RunAsync(around, "status", "-d", "example.test");

        Assert.True(result.ExitCode == 0, result.ToString());
        var warning = Assert.Single(result.Error, l => l.Contains("Warning (Discovery): ", StringComparison.Ordinal));
        Assert.Contains("_etcd-client-ssl._tcp.example.test", warning, StringComparison.Ordinal);
        Assert.Contains("SERVFAIL", warning, StringComparison.Ordinal);
    }
}
