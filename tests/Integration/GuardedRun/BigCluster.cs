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

    /// <summary>Brings back whatever the test before left stopped or paused, and forgets what the logs held until now.</summary>
    internal async Task<Witness> RecoverAsync()
    {
        foreach (var member in Sandbox.Members)
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

        await Sandbox.WaitUntilHealthyAsync();
        return new Witness(Sandbox);
    }

    internal EtcdSandboxMember Find(string endpoint) => Sandbox.Members.Single(m => m.Endpoint == endpoint);
}

/// <summary>What the servers' logs say since a test began.</summary>
internal sealed class Witness(EtcdSandbox sandbox)
{
    private readonly DateTimeOffset _since = TimeProvider.System.GetUtcNow();

    /// <summary>The names of the members that were defragmented since, in the order in which they began.</summary>
    public IReadOnlyList<string> Defragmented => ServerLog.Defragmentations(sandbox, _since);

    /// <summary>Whether no two members were ever at it at the same time.</summary>
    public bool WereOneAfterTheOther => ServerLog.WereOneAfterTheOther(sandbox, _since);
}
