using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Load;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>
/// What is seen of a run from outside: the members' own logs, users who write, read and hold a lease meanwhile, and a watch on who
/// answers.
/// </summary>
internal sealed class Witness : IAsyncDisposable
{
    private readonly EtcdSandbox _sandbox;
    private readonly DateTimeOffset _since = TimeProvider.System.GetUtcNow();
    private readonly Workload _users;
    private readonly BlockWatch _watch;

    private Witness(EtcdSandbox sandbox)
    {
        _sandbox = sandbox;
        _users = Workload.Start(sandbox.Members);
        _watch = BlockWatch.Start(sandbox.Members);
    }

    /// <summary>Begins when the users are at work.</summary>
    public static async Task<Witness> StartAsync(EtcdSandbox sandbox)
    {
        var witness = new Witness(sandbox);
        await witness._users.ProceedAsync();
        return witness;
    }

    /// <summary>The names of the members that were defragmented since, in the order in which they began.</summary>
    public IReadOnlyList<string> Defragmented => ServerLog.Defragmentations(_sandbox, _since);

    /// <summary>Whether no two members were ever at it at the same time.</summary>
    public bool WereOneAfterTheOther => ServerLog.WereOneAfterTheOther(_sandbox, _since);

    /// <summary>
    /// Fails the test unless at most one member was blocked at a time, the users can go on, no acknowledged write is lost and all
    /// members hold the same.
    /// </summary>
    public async Task VerifyAsync()
    {
        _watch.AssertAtMostOneBlocked();
        await BigCluster.RecoverAsync(_sandbox);
        await _users.ProceedAsync();
        await _users.VerifyAsync(_sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _users.DisposeAsync();
    }
}
