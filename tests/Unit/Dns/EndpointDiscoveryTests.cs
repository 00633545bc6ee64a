using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Unit.Dns;

public sealed class EndpointDiscoveryTests
{
    private const string Secure = "_etcd-client-ssl._tcp.example.com";
    private const string Insecure = "_etcd-client._tcp.example.com";

    private readonly FakeLookup _dns = new();

    [Fact]
    public async Task Endpoints_with_TLS_come_first_then_by_priority_and_weight()
    {
        _dns.Records[Insecure] = [new("plain", 2379, 0, 0)];
        _dns.Records[Secure] = [new("c", 1, 10, 5), new("b", 2, 10, 5), new("heavy", 3, 10, 9), new("first", 4, 0, 0), new("bb", 2, 10, 5), new("B", 2, 10, 5)];

        var found = await FindAsync(new DiscoveryRequest("example.com"));

        Assert.Equal(
            ["https://first:4", "https://heavy:3", "https://b:2", "https://bb:2", "https://c:1", "http://plain:2379"],
            found.Endpoints.Select(e => e.ToString()));
        Assert.Empty(found.Ignored);
        Assert.Equal([Secure, Insecure], found.Lookups.Select(l => l.Name));
    }

    [Fact]
    public async Task A_service_name_stands_behind_the_service()
    {
        _dns.Records["_etcd-client-ssl-blue._tcp.example.com"] = [new("a", 1, 0, 0)];
        _dns.Records["_etcd-client-blue._tcp.example.com"] = [new("b", 2, 0, 0)];

        var found = await FindAsync(new DiscoveryRequest("example.com") { ServiceName = "blue" });

        Assert.Equal(["https://a:1", "http://b:2"], found.Endpoints.Select(e => e.ToString()));
    }

    [Theory]
    [InlineData(true, "example.com", null)]
    [InlineData(false, "example.com", "example.com")]
    [InlineData(false, "example.com.", "example.com")]
    public async Task Certificates_are_tied_to_the_domain_only_where_insecure_endpoints_are_not_accepted(bool accept, string domain, string? expected)
    {
        _dns.Records[$"_etcd-client-ssl._tcp.{domain}"] = [new("a", 1, 0, 0)];

        Assert.Equal(expected, (await FindAsync(new DiscoveryRequest(domain) { AcceptInsecure = accept })).ServerName);
    }

    [Fact]
    public async Task Insecure_endpoints_are_dropped_with_the_reason_where_they_are_not_accepted()
    {
        _dns.Records[Secure] = [new("a", 1, 0, 0)];
        _dns.Records[Insecure] = [new("b", 2, 0, 0)];

        var found = await FindAsync(new DiscoveryRequest("example.com") { AcceptInsecure = false });

        Assert.Equal("https://a:1", Assert.Single(found.Endpoints).ToString());
        Assert.Equal(
            "http://b:2 is ignored: it is without TLS, and only endpoints with TLS are accepted",
            Assert.Single(found.Ignored).ToString());
    }

    [Fact]
    public async Task Nothing_but_insecure_endpoints_is_an_error_where_they_are_not_accepted()
    {
        _dns.Records[Insecure] = [new("b", 2, 0, 0)];

        var error = await FailAsync(new DiscoveryRequest("example.com") { AcceptInsecure = false });

        Assert.Equal(EtcdDiscoveryFailure.NothingUsable, error.Failure);
        Assert.Equal(
            "The SRV records of 'example.com' give no etcd endpoint. " +
            $"{Secure}: 10.0.0.2:53 says that there is no such name (NXDOMAIN); " +
            "http://b:2 is ignored: it is without TLS, and only endpoints with TLS are accepted.",
            error.Message);
        Assert.Equal($"Publish the members with TLS at {Secure}, or accept endpoints without TLS.", error.Remedy);
        Assert.True(Assert.Single(error.Ignored).IsInsecure);
    }

    [Fact]
    public async Task Records_that_make_no_endpoint_are_ignored_with_the_reason_and_the_same_one_twice_is_one()
    {
        _dns.Records[Secure] = [new("", 0, 0, 0), new("a", 0, 1, 0), new(@"x\064y", 1, 2, 0), new("a", 1, 3, 0), new("a", 1, 4, 0)];

        var found = await FindAsync(new DiscoveryRequest("example.com"));

        Assert.Equal("https://a:1", Assert.Single(found.Endpoints).ToString());
        Assert.Equal(
            [
                "https://:0 is ignored: its record names no host, which says that the service is not offered",
                "https://a:0 is ignored: the port '0' is not a number from 1 to 65535",
                @"https://x\064y:1 is ignored: 'x\064y' is not a host name or an IP address",
            ],
            found.Ignored.Select(i => i.ToString()));
    }

    [Fact]
    public async Task One_failing_question_is_not_fatal()
    {
        _dns.Failures[Secure] = (ServiceAnswerKind.ServerFailure, "failed (SERVFAIL)");
        _dns.Records[Insecure] = [new("b", 2, 0, 0)];

        var found = await FindAsync(new DiscoveryRequest("example.com"));

        Assert.Equal("http://b:2", Assert.Single(found.Endpoints).ToString());
        Assert.False(found.Lookups[0].WasAnswered);
        Assert.Equal($"{Secure}: 10.0.0.2:53 failed (SERVFAIL)", found.Lookups[0].ToString());
    }

    [Fact]
    public async Task Nothing_found_names_the_questions_the_answers_and_the_way_out()
    {
        _dns.Failures[Insecure] = (ServiceAnswerKind.NoRecords, "has no SRV records for it");

        var error = await FailAsync(new DiscoveryRequest("example.com"));

        Assert.Equal(EtcdDiscoveryFailure.NotFound, error.Failure);
        Assert.Equal(
            "The SRV records of 'example.com' give no etcd endpoint. " +
            $"{Secure}: 10.0.0.2:53 says that there is no such name (NXDOMAIN); " +
            $"{Insecure}: 10.0.0.2:53 has no SRV records for it.",
            error.Message);
        Assert.Contains($"Publish the members at {Secure} (TLS) or {Insecure}", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_is_told_from_no_record()
    {
        _dns.Failures[Secure] = (ServiceAnswerKind.TimedOut, "did not answer within 5 s");

        var error = await FailAsync(new DiscoveryRequest("example.com"));

        Assert.Equal(EtcdDiscoveryFailure.NotAnswered, error.Failure);
        Assert.Contains($"{Secure}: 10.0.0.2:53 did not answer within 5 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("resolvers can be reached", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(2, error.Lookups.Count);
    }

    [Theory]
    [InlineData("", null, "'' is not a domain that can hold SRV records: it is empty.")]
    [InlineData("10.0.0.1", null, "'10.0.0.1' is not a domain that can hold SRV records: it is an IP address.")]
    [InlineData("https://example.com", null, "'https://example.com' is not a domain that can hold SRV records: ':' is not allowed in a domain name.")]
    [InlineData("a b", null, "'a b' is not a domain that can hold SRV records: the character U+0020 is not allowed in a domain name.")]
    [InlineData("a\0b", null, "'a\0b' is not a domain that can hold SRV records: the character U+0000 is not allowed in a domain name.")]
    [InlineData("a..b", null, "'a..b' is not a domain that can hold SRV records: a part between two dots is empty.")]
    [InlineData(".", null, "'.' is not a domain that can hold SRV records: a part between two dots is empty.")]
    [InlineData("a.b", "x/y", "'_etcd-client-ssl-x/y._tcp.a.b' cannot be looked up in DNS: '/' is not allowed in a domain name.")]
    public async Task What_cannot_stand_in_DNS_is_refused_before_anything_is_asked(string domain, string? name, string message)
    {
        var error = await FailAsync(new DiscoveryRequest(domain) { ServiceName = name });

        Assert.Equal((EtcdDiscoveryFailure.InvalidName, message), (error.Failure, error.Message));
        Assert.Empty(error.Lookups);
        Assert.Empty(_dns.Asked);
        Assert.StartsWith("Give ", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 0, "the part '")]
    [InlineData(63, 4, "it is longer than 253 characters")]
    [InlineData(1, 0, "the part '_etcd-client-ssl-xxxxx")]
    public async Task What_is_too_long_for_DNS_is_refused_before_anything_is_asked(int label, int more, string problem)
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('a', label), more + 1));

        var error = await FailAsync(new DiscoveryRequest(domain) { ServiceName = new string('x', 60) });

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Empty(_dns.Asked);
    }

    private Task<EtcdDiscovery> FindAsync(DiscoveryRequest request) => new EndpointDiscovery(_dns).FindAsync(request, CancellationToken.None);

    private Task<EtcdDiscoveryException> FailAsync(DiscoveryRequest request) =>
        Assert.ThrowsAsync<EtcdDiscoveryException>(() => FindAsync(request));

    /// <summary>Knows what it is given, and says of everything else that there is no such name.</summary>
    private sealed class FakeLookup : IServiceLookup
    {
        public Dictionary<string, ServiceRecord[]> Records { get; } = [];

        public Dictionary<string, (ServiceAnswerKind Kind, string Detail)> Failures { get; } = [];

        public List<string> Asked { get; } = [];

        public Task<ServiceLookupResult> LookUpAsync(string service, string domain, CancellationToken cancellationToken)
        {
            var name = $"_{service}._tcp.{domain}";
            Asked.Add(name);
            var records = Records.GetValueOrDefault(name, []);
            var (kind, detail) = records.Length > 0
                ? (ServiceAnswerKind.Found, "has SRV records for it")
                : Failures.GetValueOrDefault(name, (ServiceAnswerKind.NoSuchName, "says that there is no such name (NXDOMAIN)"));
            return Task.FromResult(new ServiceLookupResult(name, records, [new ServiceAnswer(name, "10.0.0.2:53", kind, detail)]));
        }
    }
}
