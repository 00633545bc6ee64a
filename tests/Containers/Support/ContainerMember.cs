using System.Globalization;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using DotNet.Testcontainers.Volumes;

namespace EtcdDefrag.Containers.Support;

/// <summary>One member: a container that can be killed, frozen, cut off, and replaced by another one with the same data.</summary>
internal sealed class ContainerMember : IAsyncDisposable
{
    /// <summary>What etcd logs when a call to Defragment arrives, before it waits for any lock.</summary>
    public const string DefragmentationBegins = "\"msg\":\"starting defragment\"";

    private const int ClientPort = 2379;
    private const string DataFolder = "/data";
    private const string LogFolder = "/wal";
    private const long MiB = 1024 * 1024;

    private readonly int _hostPort;
    private readonly INetwork _clients;
    private readonly INetwork _peers;
    private readonly ContainerClusterOptions _options;
    private readonly IVolume _data = new VolumeBuilder().Build();
    private readonly IVolume _wal = new VolumeBuilder().Build();
    private readonly List<string> _earlierLog = [];
    private IContainer? _container;
    private string _image = "";
    private string _initialCluster = "";

    public ContainerMember(string name, int hostPort, INetwork clients, INetwork peers, ContainerClusterOptions options)
    {
        Name = name;
        _hostPort = hostPort;
        _clients = clients;
        _peers = peers;
        _options = options;
        Client = new MemberClient(Endpoint);
    }

    public string Name { get; }

    /// <summary>Where clients reach it, and what it advertises. It outlives every container.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_hostPort}");

    /// <summary>The address its peers reach it at.</summary>
    public string PeerAddress { get; private set; } = "";

    /// <summary>A way past the clients' network, which stays open when that is cut: the bridge of the peers' network. Linux only.</summary>
    public string SideEndpoint => string.Create(CultureInfo.InvariantCulture, $"http://{PeerAddress}:{ClientPort}");

    /// <summary>Calls to it from these tests, which do not depend on this project's own client.</summary>
    public MemberClient Client { get; }

    private IContainer Container => _container ?? throw new InvalidOperationException($"{Name} has no container.");

    public static string PeerUrl(string address) => $"http://{address}:2380";

    public async Task StartAsync(string image, string peerAddress, string initialCluster)
    {
        _image = image;
        _initialCluster = initialCluster;
        await _data.CreateAsync();
        await _wal.CreateAsync();
        await CreateAsync(peerAddress);
    }

    /// <summary>Ends the process as a power cut would; the container stays.</summary>
    public Task KillAsync() => ContainerEngine.Client.Containers.KillContainerAsync(
        Container.Id, new ContainerKillParameters { Signal = "KILL" });

    /// <summary>Starts what was killed.</summary>
    public Task RestartAsync() => ContainerEngine.Client.Containers.StartContainerAsync(Container.Id, new ContainerStartParameters());

    /// <summary>Stops every thread of it by the freezer.</summary>
    public Task FreezeAsync() => Container.PauseAsync();

    public Task ThawAsync() => Container.UnpauseAsync();

    /// <summary>Removes the container, and starts another on the same data: of another version, or at another address.</summary>
    public async Task ReplaceAsync(string? image = null, string? peerAddress = null)
    {
        await RemoveAsync();
        _image = image ?? _image;
        await CreateAsync(peerAddress ?? PeerAddress);
    }

    public Task CutOffFromPeersAsync() => DisconnectAsync(_peers);

    public Task RejoinPeersAsync() => ConnectToPeersAsync(Container.Id, CancellationToken.None);

    /// <summary>Ends every connection of its clients, by taking it out of their network and in again.</summary>
    public async Task BreakClientConnectionsAsync()
    {
        await DisconnectAsync(_clients);
        await Container.ConnectAsync(_clients);
    }

    /// <summary>Lets it send to its peers and receive nothing from them, or receive again. Needs the engine's kernel and root.</summary>
    public Task SetDeafToPeersAsync(bool isDeaf) => SetDeafAsync(_peers, isDeaf);

    /// <summary>The same for its clients: nothing that they send arrives, and no connection ends.</summary>
    public Task SetDeafToClientsAsync(bool isDeaf) => SetDeafAsync(_clients, isDeaf);

    /// <summary>Gives its container less memory than it began with, while it runs.</summary>
    public Task LimitMemoryAsync(int memoryMiB) => ContainerEngine.Client.Containers.UpdateContainerAsync(
        Container.Id, new ContainerUpdateParameters { Memory = memoryMiB * MiB, MemorySwap = memoryMiB * MiB });

    /// <summary>Whether the kernel ended a process of it because its memory was used up.</summary>
    public async Task<bool> WasKilledForMemoryAsync() => (await InspectAsync()).State!.OOMKilled;

    /// <summary>Whether its process runs.</summary>
    public async Task<bool> IsRunningAsync() => (await InspectAsync()).State!.Running;

    /// <summary>All that etcd logged, in all containers of this member.</summary>
    public async Task<IReadOnlyList<string>> ReadLogAsync()
    {
        var (output, error) = await Container.GetLogsAsync(timestampsEnabled: false);
        var log = $"{output}\n{error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. _earlierLog, .. log];
    }

    /// <summary>How often it was told to defragment.</summary>
    public async Task<int> CountDefragmentationsAsync() =>
        (await ReadLogAsync()).Count(l => l.Contains(DefragmentationBegins, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_container is not null)
        {
            // One that is frozen cannot be removed.
            if ((await InspectAsync()).State!.Paused)
            {
                await ThawAsync();
            }

            await _container.DisposeAsync();
        }

        await _data.DisposeAsync();
        await _wal.DisposeAsync();
    }

    private async Task CreateAsync(string peerAddress)
    {
        PeerAddress = peerAddress;
        var builder = new ContainerBuilder(_image)
            .WithNetwork(_clients)
            .WithEntrypoint(EtcdImages.Executable)
            .WithCommand([.. Flags()])
            .WithVolumeMount(_wal, LogFolder)
            .WithCreateParameterModifier(p =>
            {
                p.ExposedPorts = new Dictionary<string, EmptyStruct> { ["2379/tcp"] = default };
                p.HostConfig!.PortBindings = new Dictionary<string, IList<PortBinding>>
                {
                    ["2379/tcp"] = [new PortBinding { HostIP = "127.0.0.1", HostPort = _hostPort.ToString(CultureInfo.InvariantCulture) }],
                };
                if (_options.DiskMiB is { } disk)
                {
                    var size = string.Create(CultureInfo.InvariantCulture, $"rw,size={disk}m");
                    p.HostConfig.Tmpfs = new Dictionary<string, string> { [DataFolder] = size };
                }
            })
            .WithStartupCallback((container, token) => ConnectToPeersAsync(container.Id, token));
        _container = (_options.DiskMiB is null ? builder.WithVolumeMount(_data, DataFolder) : builder).Build();
        await _container.StartAsync();
    }

    private IEnumerable<string> Flags()
    {
        yield return $"--name={Name}";
        yield return $"--data-dir={DataFolder}/etcd";

        // Apart from the database, so that a disk can be sized for that alone.
        yield return $"--wal-dir={LogFolder}/etcd";
        yield return $"--listen-client-urls=http://0.0.0.0:{ClientPort}";
        yield return $"--advertise-client-urls={Endpoint}";
        yield return "--listen-peer-urls=http://0.0.0.0:2380";
        yield return $"--initial-advertise-peer-urls={PeerUrl(PeerAddress)}";
        yield return $"--initial-cluster={_initialCluster}";
        yield return "--logger=zap";

        // As in the sandbox: a small machine stalls a member for longer than etcd's default of 1 s.
        yield return "--heartbeat-interval=100";
        yield return "--election-timeout=2000";
        if (_options.QuotaBytes is { } quota)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--quota-backend-bytes={quota}");
        }
    }

    private async Task RemoveAsync()
    {
        _earlierLog.AddRange((await ReadLogAsync()).Skip(_earlierLog.Count));
        await Container.StopAsync();
        await Container.DisposeAsync();
        _container = null;
    }

    private async Task SetDeafAsync(INetwork network, bool isDeaf)
    {
        var seen = await InspectAsync();
        await BridgePort.SetReceivesAsync(seen.State!.Pid, seen.NetworkSettings!.Networks![network.Name].MacAddress, !isDeaf);
    }

    private Task DisconnectAsync(INetwork network) => ContainerEngine.Client.Networks.DisconnectNetworkAsync(
        network.Name, new NetworkDisconnectParameters { Container = Container.Id, Force = true });

    private Task ConnectToPeersAsync(string container, CancellationToken token) => ContainerEngine.Client.Networks.ConnectNetworkAsync(
        _peers.Name,
        new NetworkConnectParameters
        {
            Container = container,
            EndpointConfig = new EndpointSettings { IPAMConfig = new EndpointIPAMConfig { IPv4Address = PeerAddress } },
        },
        token);

    private Task<ContainerInspectResponse> InspectAsync() => ContainerEngine.Client.Containers.InspectContainerAsync(Container.Id);
}
