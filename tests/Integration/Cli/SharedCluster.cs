using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cli;

/// <summary>One cluster for the tests that leave it as well as they found it; it starts with the first of them.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    /// <summary>The tests' collection.</summary>
    public const string Name = "The command on one cluster";

    private Task<EtcdSandbox>? _sandbox;

    /// <summary>The cluster: three members of etcd 3.5, every one of them fragmented.</summary>
    internal Task<EtcdSandbox> GetAsync() => _sandbox ??= StartAsync();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_sandbox is { IsCompletedSuccessfully: true })
        {
            await (await _sandbox).DisposeAsync();
        }
    }

    private static async Task<EtcdSandbox> StartAsync()
    {
        var sandbox = await TestCluster.StartAsync(3);
        await sandbox.FillAsync(new EtcdFill(8));
        return sandbox;
    }
}

[CollectionDefinition(SharedCluster.Name)]
public sealed class SharedClusterGroup : ICollectionFixture<SharedCluster>;
