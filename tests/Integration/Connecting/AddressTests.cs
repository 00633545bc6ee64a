using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Integration.Support.Dns;
using EtcdDefrag.Inspection;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Integration.Connecting;

/// <summary>Members that are not simply where they say.</summary>
public sealed class AddressTests : IDisposable
{
    // Nobody listens at the discard port, and no packet leaves the machine.
    private static readonly EtcdSandboxOptions Hidden = new() { Members = 3, AdvertiseClientUrl = member => $"http://127.0.0.{member}:9" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("3.4", false)]
    [InlineData("3.5", false)]
    [InlineData("3.4", true)]
    [InlineData("3.5", true)]
    public async Task A_member_is_defragmented_over_its_unix_socket(string minor, bool secure)
    {
        var tls = secure ? SandboxCertificates.Write(new TestAuthority(), _folder.Path) : null;
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, UnixSockets = true, Tls = tls }, minor);
        var endpoint = $"{(secure ? "unixs" : "unix")}://{sandbox.Members[0].SocketPath}";
        var options = Engine.Options with { CertificateAuthorities = tls is null ? null : EtcdCertificateAuthorities.FromFile(tls.ClientCAPath!) };

        var report = await Engine.RunAsync([endpoint], wholeCluster: false, r => r with { Force = true }, options: options);

        Assert.True(report.IsSuccess, report.Refusal?.Reason ?? string.Join('\n', report.Results));
        Assert.Equal(endpoint, Assert.Single(report.Results).Endpoint);
        Assert.Single(ServerLog.Defragmentations(sandbox));
    }

    [SkippableFact]
    public async Task Members_behind_address_translation_are_reached_where_the_map_says()
    {
        await using var sandbox = await TestCluster.StartAsync(Hidden);
        var map = new EtcdEndpointMap(sandbox.Members.Select(m => KeyValuePair.Create(m.Name == "m1" ? m.AdvertisedEndpoint : m.Name, m.Endpoint)));

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, options: Engine.Options with { EndpointMap = map });

        Assert.True(report.IsSuccess, report.Refusal?.Reason ?? string.Join('\n', report.Results));
        Assert.Equal(sandbox.Endpoints.Order(), report.Results.Select(r => r.Endpoint).Order());
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
    }

    [SkippableFact]
    public async Task Without_a_map_the_members_that_cannot_be_reached_are_named_one_by_one_and_nothing_is_touched()
    {
        await using var sandbox = await TestCluster.StartAsync(Hidden);

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.Contains("http://127.0.0.2:9 cannot be reached", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.3:9 cannot be reached", report.Refusal.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("http://127.0.0.1:9 ", report.Refusal.Reason, StringComparison.Ordinal);
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    /// <summary>The flag that moves the metrics away came with 3.5.</summary>
    public static TheoryData<string> CanMoveMetrics { get; } = [.. EtcdVersions.All.Where(minor => minor != "3.4")];

    [SkippableTheory]
    [MemberData(nameof(CanMoveMetrics))]
    public async Task Metrics_that_were_moved_away_are_read_where_the_user_says(string minor)
    {
        var (http, metrics) = LoopbackPorts.Find(2) is [var one, var two] ? (one, two) : default;
        string[] arguments = [$"--listen-client-http-urls=http://127.0.0.1:{http}", $"--listen-metrics-urls=http://127.0.0.1:{metrics}"];
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Arguments = arguments }, minor);

        var blind = await Engine.InspectAsync(sandbox.Endpoints, wholeCluster: true);
        var moved = await InspectAsync($"http://{{host}}:{http}");
        var extra = await InspectAsync($"{sandbox.Endpoints[0]}=http://127.0.0.1:{metrics}");
        var nowhere = await InspectAsync("http://{host}:9");

        Assert.Null(Assert.Single(blind.Members).Metrics);
        Assert.Empty(blind.MetricsProblems);
        Assert.All([moved, extra], l => Assert.Equal((false, 2L << 30), (l.Members[0].Metrics?.IsDefragmenting, l.Members[0].Metrics?.QuotaBytes)));
        Assert.All([moved, extra], l => Assert.Equal(l.Members[0].MemberId, l.Members[0].Metrics!.MemberId));
        Assert.Contains("http://127.0.0.1:9 cannot be reached", Assert.Single(nowhere.MetricsProblems), StringComparison.Ordinal);

        Task<ClusterSnapshot> InspectAsync(string place) =>
            Engine.InspectAsync(sandbox.Endpoints, wholeCluster: true, Engine.Options with { MetricsEndpoints = new EtcdMetricsEndpoints([place]) });
    }

    [SkippableFact]
    public async Task Another_members_metrics_are_said_and_not_used()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var wrong = new EtcdMetricsEndpoints([$"{sandbox.Endpoints[0]}={sandbox.Endpoints[1]}"]);

        var report = await Engine.RunAsync(sandbox.Endpoints, wholeCluster: true, options: Engine.Options with { MetricsEndpoints = wrong });

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        var warning = Assert.Single(report.Warnings, w => w.Rule == "MetricsUnreadable").Text;
        Assert.Contains($"/metrics cannot be read at {sandbox.Endpoints[0]}:", warning, StringComparison.Ordinal);
        Assert.Contains($"{sandbox.Endpoints[1]} gives the metrics of member ", warning, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Loopback_addresses_are_passed_over_where_that_is_asked_and_it_is_said_of_whom()
    {
        await using var sandbox = await TestCluster.StartAsync(3);

        var look = await Engine.InspectAsync([sandbox.Endpoints[0]], wholeCluster: true, Engine.Options with { ExcludeLocalhost = true });

        Assert.Equal("m1", Assert.Single(look.Statuses).Name);
        Assert.All(look.Members.Where(m => m.Status is null), m => Assert.Contains(
            $"it advertises loopback addresses only ({sandbox.Members.Single(s => s.Name == m.Member!.Name).Endpoint}), which are excluded",
            m.Failure!.Message, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_cluster_with_TLS_is_found_by_its_domain_and_must_be_the_domains()
    {
        var authority = new TestAuthority();
        var tls = SandboxCertificates.Write(authority, _folder.Path, authority.IssueServer(["example.test", "127.0.0.1"]));
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls });
        ServiceRecord[] records = [.. sandbox.Endpoints.Select((e, i) => new ServiceRecord("localhost", new Uri(e).Port, i, 0))];
        await using var responder = DnsResponder.Start()
            .Serve("_etcd-client-ssl._tcp.example.test", records)
            .Serve("_etcd-client-ssl._tcp.other.test", records);
        var discovery = new EndpointDiscovery(new DnsServiceLookup(TimeProvider.System, [responder.Address]));

        var right = await InspectAsync("example.test");
        var forged = await InspectAsync("other.test");

        Assert.Equal(sandbox.Members.Select(m => m.Name), right.Members.Select(m => m.Status?.Name));
        Assert.All(forged.Members, m => Assert.Contains("is for example.test, 127.0.0.1, not for 'other.test'", m.Failure!.Message, StringComparison.Ordinal));

        async Task<Inspection.ClusterSnapshot> InspectAsync(string domain)
        {
            var found = await discovery.FindAsync(new DiscoveryRequest(domain) { AcceptInsecure = false }, CancellationToken.None);
            return await Engine.InspectAsync(found.Endpoints.Select(e => e.ToString()), wholeCluster: false, Engine.Options with
            {
                CertificateAuthorities = EtcdCertificateAuthorities.FromFile(tls.ClientCAPath!),
                ServerName = found.ServerName,
            });
        }
    }
}
