using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>
/// Three members with so much in use that a defragmentation takes long enough to be disturbed. The pause follows the bytes in use,
/// so that every test finds it as slow as the one before, whatever was defragmented already.
/// </summary>
public sealed class BigCluster : IAsyncLifetime
{
    private const int MiB = 320;

    private EtcdSandbox? _sandbox;

    internal EtcdSandbox Sandbox => _sandbox ?? throw new InvalidOperationException("The cluster did not start.");

    public async Task InitializeAsync()
    {
        _sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Arguments = ["--unsafe-no-fsync"] }, "3.5");
        await _sandbox.FillAsync(new EtcdFill(MiB, DeletedPart: 0.1));
    }

    public async Task DisposeAsync()
    {
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }

    /// <summary>Brings back whatever the test before left stopped or paused, and lets the cluster's users begin their work.</summary>
    internal async Task<Witness> WitnessAsync()
    {
        await RecoverAsync(Sandbox);
        return await Witness.StartAsync(Sandbox);
    }

    internal EtcdSandboxMember Find(string endpoint) => Sandbox.Members.Single(m => m.Endpoint == endpoint);

    internal static async Task RecoverAsync(EtcdSandbox sandbox)
    {
        foreach (var member in sandbox.Members)
        {
            if (member.IsPaused)
            {
                member.Resume();
            }

            if (!member.IsRunning)
            {
                await member.StartAsync();
            }
        }

        await sandbox.WaitUntilHealthyAsync();
        await Engine.GuardsHoldAsync(sandbox.Endpoints);
    }
}
