using System.Collections.Concurrent;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What a configuration says of the connection, carried out anew for every round.</summary>
public sealed class MonitorConnectionTests : MonitorTests
{
    private const string Secret = "correct-horse";

    private readonly string _file = Path.GetTempFileName();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public void Timeouts_names_and_the_default_scheme_are_handed_on()
    {
        var connection = new MonitorConnection { ServerName = "etcd", SkipCertificateCheck = true, ConnectionTimeout = TimeSpan.FromSeconds(3), OperationTimeout = TimeSpan.FromSeconds(7) };
        var options = connection.ToOptions();

        Assert.Equal(("etcd", true, 3, 7), (options.ServerName, options.SkipCertificateCheck, (int)options.ConnectionTimeout.TotalSeconds, (int)options.OperationTimeout.TotalSeconds));
        Assert.Equal(options.DefaultScheme, connection.DefaultScheme);
        Assert.Null(options.Credential);
    }

    [Fact]
    public async Task Certificates_that_are_not_verified_are_warned_of_when_the_configuration_comes_in_force()
    {
        MonitoredCluster[] clusters =
        [
            new() { Name = "one", Endpoints = Cluster.Endpoints[..1], Connection = new MonitorConnection { SkipCertificateCheck = true } },
            new() { Name = "two", Endpoints = Cluster.Endpoints[1..] },
        ];

        Start(Configuration with { Clusters = clusters });
        await UntilAsync<CheckScheduled>(2);

        Assert.Equal("one", Assert.Single(Of<CertificateCheckSkipped>()).Cluster);
    }

    [Fact]
    public void A_password_comes_from_its_file_without_the_line_end_or_from_its_variable()
    {
        File.WriteAllText(_file, $"{Secret}\r\n");
        Environment.SetEnvironmentVariable("ETCD_DEFRAG_TEST_PASSWORD", Secret);

        Assert.Equal(Secret, new MonitorConnection { UserName = "root", PasswordFile = _file }.ToOptions().Credential?.RevealPassword());
        Assert.Equal(Secret, new MonitorConnection { UserName = "root", PasswordVariable = "ETCD_DEFRAG_TEST_PASSWORD" }.ToOptions().Credential?.RevealPassword());
    }

    [Fact]
    public async Task What_is_missing_is_a_failed_round_and_counts_when_it_is_there()
    {
        File.Delete(_file);
        var one = new MonitoredCluster { Name = "one", Endpoints = Cluster.Endpoints, Connection = new MonitorConnection { UserName = "root", PasswordFile = _file } };
        Start(Configuration with { Clusters = [one], DefragOnStartup = true });
        await UntilAsync<RoundFailed>();
        await File.WriteAllTextAsync(_file, Secret);
        await UntilAsync<RoundSucceeded>();

        Assert.Contains($"The password file '{_file}' cannot be used", Of<RoundFailed>().First().Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Events, e => $"{e}".Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_read_for_a_round_is_closed_with_it_and_what_was_handed_in_is_not(bool isHandedIn)
    {
        using var files = new CertificateFolder();
        var connection = new MonitorConnection { CACertificatePath = files["ca.crt"], CertificatePath = files["client.crt"], KeyPath = files["client.key"] };
        var one = new MonitoredCluster { Name = "one", Endpoints = Cluster.Endpoints, Connection = connection };
        var connector = new Noting(Cluster);
        Start(Configuration with { Clusters = [isHandedIn ? one with { Options = connection.ToOptions() } : one], DefragOnStartup = true }, connector);
        await UntilAsync<CheckScheduled>(2);

        // One set for the wait on startup, and one for each round.
        var sets = connector.Seen.DistinctBy(o => o, ReferenceEqualityComparer.Instance)
            .Select(o => (Client: o.ClientCertificate!.GetCertificate(), Authority: o.CertificateAuthorities!.GetCertificates()[0])).ToArray();
        Assert.Equal(isHandedIn ? 1 : 3, sets.Length);
        Assert.All(sets, s => Assert.Equal((isHandedIn, isHandedIn), (s.Client.Handle != 0, s.Authority.Handle != 0)));
    }

    [Fact]
    public void A_variable_that_is_not_set_and_a_certificate_that_is_not_there_are_refused()
    {
        Assert.Contains("it is not set", Assert.Throws<EtcdSettingException>(
            () => new MonitorConnection { UserName = "root", PasswordVariable = "ETCD_DEFRAG_TEST_NONE" }.ToOptions()).Message, StringComparison.Ordinal);
        Assert.Throws<EtcdSettingException>(() => new MonitorConnection { CertificatePath = "none.crt", KeyPath = "none.key" }.ToOptions());
        Assert.Throws<EtcdSettingException>(() => new MonitorConnection { CACertificatePath = "none.crt" }.ToOptions());
    }

    private sealed class Noting(FakeCluster cluster) : IEtcdConnector
    {
        public ConcurrentQueue<EtcdConnectionOptions> Seen { get; } = new();

        public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options)
        {
            Seen.Enqueue(options);
            return cluster.Connect(endpoint, options);
        }
    }
}
