using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Dns;

namespace EtcdDefrag.Integration.Dns;

/// <summary>The DNS client over real sockets, against a resolver that does what none in the wild can be made to do.</summary>
public sealed class DnsServiceLookupTests
{
    private const string Name = "_etcd-client._tcp.example.test";

    private static readonly ServiceRecord Record = new("etcd-0.example.test", 2379, 1, 2);

    [Fact]
    public async Task Records_are_found_over_UDP()
    {
        await using var responder = DnsResponder.Start().Serve(Name, Record, new ServiceRecord("", 0, 0, 0));

        var found = await new DnsServiceLookup(TimeProvider.System, [responder.Address])
            .LookUpAsync("etcd-client", "example.test", CancellationToken.None);

        Assert.Equal([Record, new ServiceRecord("", 0, 0, 0)], found.Records);
        Assert.Equal($"{Name}: {responder.Address} has SRV records for it", found.ToString());
        Assert.Equal([(Name, false)], responder.Questions);
    }

    [SkippableFact]
    public async Task A_resolver_may_have_an_IPv6_address()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var responder = DnsResponder.Start(IPAddress.IPv6Loopback).Serve(Name, DnsMode.Truncated, Record);

        Assert.Equal([Record], (await LookUpAsync(responder.Address)).Records);
    }

    [Fact]
    public async Task An_answer_that_fits_in_no_packet_is_fetched_over_TCP()
    {
        ServiceRecord[] many = [.. Enumerable.Range(1, 200).Select(i => new ServiceRecord($"etcd-{i}.example.test", i, 0, 0))];
        await using var responder = DnsResponder.Start().Serve(Name, DnsMode.Truncated, many);

        var found = await LookUpAsync(responder.Address);

        Assert.Equal(many, found.Records);
        Assert.Equal([(Name, false), (Name, true)], responder.Questions);
    }

    [Theory]
    [InlineData(nameof(DnsMode.SplitOverTcp))]
    [InlineData(nameof(DnsMode.ForgedBehindOverTcp))]
    public async Task An_answer_over_TCP_is_one_message_however_the_stream_is_cut(string mode)
    {
        await using var responder = DnsResponder.Start().Serve(Name, Enum.Parse<DnsMode>(mode), Record);

        Assert.Equal([Record], (await LookUpAsync(responder.Address)).Records);
    }

    [Fact]
    public async Task Forged_answers_are_passed_over_and_the_true_one_is_taken()
    {
        await using var responder = DnsResponder.Start().Serve(Name, DnsMode.ForgedFirst, Record);

        Assert.Equal([Record], (await LookUpAsync(responder.Address)).Records);
    }

    [Theory]
    [InlineData(nameof(DnsMode.NoRecords), "NoRecords", "has no SRV records for it")]
    [InlineData(nameof(DnsMode.ServerFailure), "ServerFailure", "failed (SERVFAIL)")]
    [InlineData(nameof(DnsMode.Refused), "Refused", "refused to answer (REFUSED)")]
    [InlineData(nameof(DnsMode.CompressionLoop), "Malformed", "sent an answer that cannot be read: a name's compression pointer does not lead back")]
    [InlineData(nameof(DnsMode.TruncatedOverTcp), "Malformed", "sent an answer that cannot be read: it is truncated even over TCP")]
    [InlineData(nameof(DnsMode.CutOverTcp), "Unreachable", "closed the connection before it answered")]
    [InlineData(nameof(DnsMode.Silent), "TimedOut", "did not answer within 1 s")]
    [InlineData(nameof(DnsMode.WrongId), "TimedOut", "did not answer within 1 s (packets that answer another question were ignored: 1)")]
    [InlineData(nameof(DnsMode.WrongQuestion), "TimedOut", "did not answer within 1 s (packets that answer another question were ignored: 1)")]
    [InlineData(nameof(DnsMode.Garbage), "TimedOut", "did not answer within 1 s (packets that answer another question were ignored: 1)")]
    public async Task What_is_no_good_answer_is_told_as_what_it_is(string mode, string kind, string detail)
    {
        await using var responder = DnsResponder.Start().Serve(Name, Enum.Parse<DnsMode>(mode), Record);

        // Short only where the whole of it is waited out.
        var timeout = kind == "TimedOut" ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(20);
        var found = await LookUpAsync(new ResolverSettings([responder.Address]) { Timeout = timeout, Attempts = 1 });

        Assert.Empty(found.Records);
        Assert.Equal((kind, detail), (Assert.Single(found.Answers).Kind.ToString(), found.Answers[0].Detail));
    }

    [Fact]
    public async Task A_resolver_that_fails_gives_way_to_the_next()
    {
        await using var silent = DnsResponder.Start().Serve(Name, DnsMode.Silent);
        await using var refusing = DnsResponder.Start().Serve(Name, DnsMode.Refused);
        await using var knowing = DnsResponder.Start().Serve(Name, Record);
        await using var neverAsked = DnsResponder.Start();
        var closed = await ClosedPortAsync();

        var found = await LookUpAsync(
            new ResolverSettings([closed, silent.Address, refusing.Address, knowing.Address, neverAsked.Address]) { Timeout = TimeSpan.FromSeconds(2) });

        Assert.Equal([Record], found.Records);
        Assert.Equal(["Unreachable", "TimedOut", "Refused", "Found"], found.Answers.Select(a => a.Kind.ToString()));
        Assert.Equal(closed.ToString(), found.Answers[0].Resolver);
        Assert.Empty(neverAsked.Questions);
    }

    [Fact]
    public async Task A_resolver_that_says_there_is_no_such_name_is_believed()
    {
        await using var first = DnsResponder.Start();
        await using var second = DnsResponder.Start().Serve(Name, Record);

        var found = await LookUpAsync(first.Address, second.Address);

        Assert.Equal($"{Name}: {first.Address} says that there is no such name (NXDOMAIN)", found.ToString());
        Assert.True(found.WasAnswered);
        Assert.Empty(second.Questions);
    }

    [Fact]
    public async Task All_resolvers_are_asked_as_often_as_is_set()
    {
        await using var failing = DnsResponder.Start().Serve(Name, DnsMode.ServerFailure);

        var found = await LookUpAsync(new ResolverSettings([failing.Address]) { Attempts = 3 });

        Assert.Equal(3, failing.Questions.Count);
        Assert.Equal(3, found.Answers.Count);
        Assert.Equal($"{Name}: {failing.Address} failed (SERVFAIL)", found.ToString());
    }

    [Fact]
    public async Task The_search_list_is_tried_until_a_name_has_records()
    {
        await using var responder = DnsResponder.Start()
            .Serve(Name, DnsMode.ServerFailure)
            .Serve($"{Name}.b.test", Record)
            .Serve($"{Name}.c.test", new ServiceRecord("wrong", 1, 0, 0));
        var settings = new ResolverSettings([responder.Address]) { SearchList = ["a.test", "b.test", "c.test"], Attempts = 1 };

        var found = await LookUpAsync(settings);

        Assert.Equal([Record], found.Records);
        Assert.Equal([Name, $"{Name}.a.test", $"{Name}.b.test"], responder.Questions.Select(q => q.Name));
        Assert.Equal(["ServerFailure", "NoSuchName", "Found"], found.Answers.Select(a => a.Kind.ToString()));
    }

    [Fact]
    public async Task What_was_said_of_every_name_of_the_search_list_is_told_once()
    {
        await using var responder = DnsResponder.Start();

        var found = await LookUpAsync(new ResolverSettings([responder.Address]) { SearchList = ["a.test", "b.test"] });

        Assert.Equal(
            $"{Name} and {Name}.a.test and {Name}.b.test: {responder.Address} says that there is no such name (NXDOMAIN)",
            found.ToString());
    }

    [Fact]
    public async Task Resolvers_that_cannot_be_had_are_not_asked_for_further_names()
    {
        var closed = await ClosedPortAsync();

        var found = await LookUpAsync(new ResolverSettings([closed]) { SearchList = ["a.test"], Attempts = 2 });

        Assert.Equal(["Unreachable", "Unreachable"], found.Answers.Select(a => a.Kind.ToString()));
        Assert.StartsWith($"{Name}: {closed} cannot be reached: ", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_waits_no_longer()
    {
        await using var silent = DnsResponder.Start().Serve(Name, DnsMode.Silent);
        using var cancel = new CancellationTokenSource();

        var lookup = LookUpAsync(new ResolverSettings([silent.Address]) { Timeout = TimeSpan.FromHours(1) }, cancel.Token);
        await Eventually.HoldsAsync(() => silent.Questions.Count == 1, "the question has come");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
    }

    [Fact]
    public async Task A_name_that_DNS_cannot_hold_is_refused_and_not_asked_for()
    {
        await using var responder = DnsResponder.Start();
        var lookup = new DnsServiceLookup(TimeProvider.System, [responder.Address]);

        await Assert.ThrowsAsync<ArgumentException>(() => lookup.LookUpAsync("etcd-client", "a..b", CancellationToken.None));
        Assert.Empty(responder.Questions);
    }

    [Fact]
    public void A_look_up_needs_a_resolver() => Assert.Throws<ArgumentException>(() => new DnsServiceLookup(TimeProvider.System, []));

    private static Task<ServiceLookupResult> LookUpAsync(params IPEndPoint[] resolvers) =>
        LookUpAsync(new ResolverSettings(resolvers) { Timeout = TimeSpan.FromSeconds(20) });

    private static Task<ServiceLookupResult> LookUpAsync(ResolverSettings settings, CancellationToken cancellationToken = default) =>
        new DnsServiceLookup(TimeProvider.System) { Settings = settings }.LookUpAsync("etcd-client", "example.test", cancellationToken);

    /// <summary>A port at which nobody listens: one that was just given up.</summary>
    private static async Task<IPEndPoint> ClosedPortAsync()
    {
        await using var gone = DnsResponder.Start();
        return gone.Address;
    }
}
