using System.Globalization;
using System.Text.Json;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Networks;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Containers.Support;

/// <summary>What is special about a cluster.</summary>
internal sealed record ContainerClusterOptions
{
    /// <summary>The database's quota; null for etcd's default.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>The size of the memory disk for the database alone; null for a volume without a limit.</summary>
    public int? DiskMiB { get; init; }
}

/// <summary>
/// Three members in containers. Each is in two networks, so that it can be cut off from its peers, from its clients, or from both: the
/// clients' network publishes it on a port of 127.0.0.1 that stays the same, the peers' network has fixed addresses.
/// </summary>
internal sealed class ContainerCluster : IAsyncDisposable
{
    private const int Size = 3;

    private static int _lastSubnet = Random.Shared.Next(512);

    private readonly INetwork _clients;
    private readonly INetwork _peers;
    private readonly string _subnet;

    private ContainerCluster(INetwork clients, INetwork peers, string subnet)
    {
        _clients = clients;
        _peers = peers;
        _subnet = subnet;
    }

    public IReadOnlyList<ContainerMember> Members { get; private set; } = [];

    public IReadOnlyList<string> Endpoints => [.. Members.Select(m => m.Endpoint)];

    /// <summary>Starts a cluster and waits until it is healthy. Skips the test where there is no engine or no such etcd.</summary>
    public static async Task<ContainerCluster> StartAsync(string minor, ContainerClusterOptions? options = null)
    {
        await ContainerEngine.RequireAsync();
        var image = await EtcdImages.GetAsync(minor);

        // A network must have a subnet of ours for its addresses to be fixed; this range is set aside for tests of networks (RFC 2544).
        // Each cluster of this process has another, since the engine refuses two that overlap.
        var number = Interlocked.Increment(ref _lastSubnet) % 512;
        var subnet = string.Create(CultureInfo.InvariantCulture, $"198.{18 + (number / 256)}.{number % 256}");
        var clients = new NetworkBuilder().Build();
        var peers = new NetworkBuilder()
            .WithCreateParameterModifier(p =>
            {
                // Internal, so that the ports are published in the other one.
                p.Internal = true;
                p.IPAM = new IPAM { Config = [new IPAMConfig { Subnet = $"{subnet}.0/24" }] };
            })
            .Build();
        await clients.CreateAsync();
        await peers.CreateAsync();
        var cluster = new ContainerCluster(clients, peers, subnet);
        try
        {
            await cluster.StartMembersAsync(image, options ?? new ContainerClusterOptions());
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address of the peers' network that no member has had.</summary>
    public string PeerAddress(int number) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{10 + number}");

    public ContainerMember Find(string endpoint) => Members.Single(m => m.Endpoint == endpoint);

    /// <summary>The member that leads, by the word of all that answer.</summary>
    public async Task<ContainerMember> GetLeaderAsync()
    {
        ContainerMember? leader = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                var statuses = await Task.WhenAll(Members.Select(async m => (Member: m, Status: await m.Client.StatusAsync())));
                leader = statuses.SingleOrDefault(s => s.Status.Leader == s.Status.Header.MemberId).Member;
                return leader is not null && statuses.Select(s => s.Status.Leader).Distinct().Count() == 1;
            },
            "the members agree on their leader");
        return leader!;
    }

    /// <summary>Waits until nothing that can pass stands in the way of a run; says what a member that has ended logged last.</summary>
    public async Task WaitUntilHealthyAsync()
    {
        try
        {
            await Engine.GuardsHoldAsync(Endpoints);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            var ends = await Task.WhenAll(Members.Select(async m =>
                await m.IsRunningAsync() ? "" : $"\n{m.Name} has ended: {(await m.ReadLogAsync()).TakeLast(1).SingleOrDefault()}"));
            Assert.Fail(failure.Message + string.Concat(ends));
        }
    }

    /// <summary>
    /// Waits until the members have agreed on the version that they all run, which they do every few seconds: a member of the
    /// minor version after the next is turned away.
    /// </summary>
    public Task WaitForVersionAsync(string minor) => Eventually.HoldsAsync(
        async () => (await Task.WhenAll(Members.Select(m => m.Client.GetClusterVersionAsync()))).All(v => v == $"{minor}.0"),
        $"the cluster's version is {minor}");

    /// <summary>
    /// Lets every member's database grow and deletes and compacts a part of it again, until every member has free pages to give back.
    /// </summary>
    public async Task FillAsync(int miB, double deletedPart = 0.75)
    {
        const int keysPerMiB = 64;
        const int dropped = 100;
        var leader = await GetLeaderAsync();
        for (var i = 0; i < miB; i++)
        {
            await leader.Client.PutManyAsync(Enumerable.Range(i * keysPerMiB, keysPerMiB)
                .Select(n => $"fill/{(n % dropped < deletedPart * dropped ? "drop" : "keep")}/{n:D8}"));
        }

        await leader.Client.DeleteAsync("fill/drop/");
        foreach (var member in Members)
        {
            // etcd waits for the pages of the member asked alone, and takes every revision once: so each gets one of its own.
            await member.Client.CompactAsync(await leader.Client.PutAsync("fill/end", ""));
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                // The database counts the pages it freed one write later.
                await leader.Client.PutAsync("fill/end", "");
                var statuses = await Task.WhenAll(Members.Select(m => m.Client.StatusAsync()));
                return statuses.All(s => s.DbSize - s.DbSizeInUse >= miB * deletedPart * 0.5 * 1024 * 1024)
                    ? true
                    : throw new InvalidOperationException(string.Join(", ", statuses.Select(s => $"{s.DbSizeInUse} of {s.DbSize} in use")));
            },
            "every member has free pages");
    }

    /// <summary>
    /// The names of the members that were told to defragment, in the order in which they began, once for every call: what the members
    /// themselves wrote down.
    /// </summary>
    public async Task<IReadOnlyList<string>> GetDefragmentationsAsync()
    {
        var logs = await Task.WhenAll(Members.Select(async m => (m.Name, Log: await m.ReadLogAsync())));
        var calls = logs.SelectMany(l => TimesOf(l.Log, ContainerMember.DefragmentationBegins).Select(t => (t, l.Name)));
        return [.. calls.Order().Select(c => c.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Members.Select(m => m.DisposeAsync().AsTask()));
        await _clients.DisposeAsync();
        await _peers.DisposeAsync();
    }

    private async Task StartMembersAsync(string image, ContainerClusterOptions options)
    {
        var ports = LoopbackPorts.Find(Size);
        Members = [.. Enumerable.Range(0, Size).Select(i => new ContainerMember($"m{i + 1}", ports[i], _clients, _peers, options))];
        var initialCluster = string.Join(',', Members.Select((m, i) => $"{m.Name}={ContainerMember.PeerUrl(PeerAddress(i))}"));
        await Task.WhenAll(Members.Select((m, i) => m.StartAsync(image, PeerAddress(i), initialCluster)));
        await WaitUntilHealthyAsync();
    }

    private static IEnumerable<DateTimeOffset> TimesOf(IEnumerable<string> log, string message) => log
        .Where(l => l.Contains(message, StringComparison.Ordinal))
        .Select(l =>
        {
            using var entry = JsonDocument.Parse(l);
            return entry.RootElement.GetProperty("ts").GetDateTimeOffset();
        });
}
