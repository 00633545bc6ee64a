using System.Globalization;
using EtcdDefrag.Sandbox.Clusters;
using EtcdDefrag.Sandbox.Locating;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox;

/// <summary>
/// A disposable cluster of real etcd processes on 127.0.0.1. Disposing it ends the processes and deletes all they wrote; on Linux
/// and macOS a small watchdog process does the same when the owner is killed. Windows has no watchdog, and no pausing of members.
/// </summary>
public sealed partial class EtcdSandbox : IAsyncDisposable
{
    private readonly ClusterAgreement _agreement;
    private readonly SandboxClock _clock;
    private readonly SandboxFolder _folder;
    private readonly ClusterStart _start;
    private IReadOnlyList<EtcdSandboxMember> _members;
    private int _fills;
    private bool _disposed;

    private EtcdSandbox(SandboxFolder folder, SandboxClock clock, ClusterStart start, IReadOnlyList<EtcdSandboxMember> members)
    {
        _folder = folder;
        _clock = clock;
        _start = start;
        _members = members;
        _agreement = new ClusterAgreement(clock, () => _members);
        start.Login.Elsewhere = AuthenticateAtVoterAsync;
    }

    /// <summary>The members, whether they run or not.</summary>
    public IReadOnlyList<EtcdSandboxMember> Members => _members;

    /// <summary>The temporary folder that holds everything.</summary>
    public string Folder => _folder.Path;

    /// <summary>The members' addresses for clients.</summary>
    public IReadOnlyList<string> Endpoints => [.. _members.Select(member => member.Endpoint)];

    /// <summary>Starts a cluster and returns when all its members are healthy and name one leader.</summary>
    /// <param name="options">What kind of cluster; null for three members of whatever etcd is found.</param>
    /// <param name="cancellationToken">Gives the start up; nothing is left behind.</param>
    /// <exception cref="EtcdNotFoundException">No etcd could be had.</exception>
    /// <exception cref="EtcdSandboxException">A member did not start; the message names it and holds the end of its log.
    /// Or the TLS settings lack something.</exception>
    public static async Task<EtcdSandbox> StartAsync(EtcdSandboxOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EtcdSandboxOptions();
        options.Tls?.Check();
        var binaries = options.Binaries.Count > 0
            ? options.Binaries
            : [await new EtcdLocator(log: options.Log).FindAsync(request: null, cancellationToken).ConfigureAwait(false)];
        var folder = await SandboxFolder.CreateAsync(options.TimeProvider, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<EtcdSandboxMember> members = [];
        try
        {
            var start = new ClusterStart(options, folder.Path, binaries, LoopbackPorts.Find);
            members = await start.RunAsync(cancellationToken).ConfigureAwait(false);
            var clock = new SandboxClock(options.TimeProvider, options.StartTimeout);
            var sandbox = new EtcdSandbox(folder, clock, start, members);
            await sandbox.WaitUntilHealthyAsync(cancellationToken).ConfigureAwait(false);
            return sandbox;
        }
        catch
        {
            await EndAsync(members, folder).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The leader by the word of all members that can answer; waits for an election that is under way.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdSandboxException">They did not agree on one in time.</exception>
    public Task<EtcdSandboxMember> GetLeaderAsync(CancellationToken cancellationToken = default) =>
        _agreement.WaitForLeaderAsync(wanted: null, cancellationToken);

    /// <summary>Hands leadership over and waits until every member that can answer says so.</summary>
    /// <param name="to">The member that is to lead.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdSandboxClientException">The leader refused, for instance because the member is a learner.</exception>
    /// <exception cref="EtcdSandboxException">It did not come about in time.</exception>
    public async Task MoveLeaderAsync(EtcdSandboxMember to, CancellationToken cancellationToken = default)
    {
        CheckIsOurs(to);
        var leader = await GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        if (leader == to)
        {
            return;
        }

        var id = await to.GetMemberIdAsync(cancellationToken).ConfigureAwait(false);
        await leader.Client.MoveLeaderAsync(id, cancellationToken).ConfigureAwait(false);
        await _agreement.WaitForLeaderAsync(to, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until the members that can answer name one leader among them and read with a quorum's consent. Alarms do not count:
    /// they are armed on purpose here.
    /// </summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdSandboxException">It did not come about in time.</exception>
    public Task WaitUntilHealthyAsync(CancellationToken cancellationToken = default) =>
        _agreement.WaitUntilHealthyAsync(cancellationToken);

    /// <summary>
    /// Writes random values, deletes a part of them, evenly spread, and compacts: afterwards the file of every member that can
    /// answer holds that much of free pages. Every fill has keys of its own.
    /// </summary>
    /// <param name="fill">How much.</param>
    /// <param name="cancellationToken">Gives it up half-way.</param>
    /// <exception cref="EtcdSandboxClientException">etcd refused, for instance because the quota is reached.</exception>
    /// <exception cref="EtcdSandboxException">The pages were not freed in time.</exception>
    public async Task FillAsync(EtcdFill fill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fill);
        var leader = await GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        var prefix = string.Create(CultureInfo.InvariantCulture, $"fill/{++_fills}/");
        await new SandboxFill(fill, prefix, _agreement.Answering, _clock).RunAsync(leader, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Arms an alarm for a member and waits until every member that can answer knows it.</summary>
    /// <param name="member">The member the alarm is about; it must have run once.</param>
    /// <param name="alarm">Which alarm.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task ArmAlarmAsync(EtcdSandboxMember member, EtcdAlarmKind alarm, CancellationToken cancellationToken = default)
    {
        CheckIsOurs(member);
        var id = await member.GetMemberIdAsync(cancellationToken).ConfigureAwait(false);
        var leader = await GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        await leader.Client.ArmAlarmAsync(id, alarm, cancellationToken).ConfigureAwait(false);
        await _agreement.CatchUpAsync(leader, "the alarm", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a learner to the cluster, starts it and waits until it knows the leader.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdSandboxException">It did not start; the message holds the end of its log.</exception>
    public async Task<EtcdSandboxMember> AddLearnerAsync(CancellationToken cancellationToken = default)
    {
        var initialCluster = string.Join(',', _members.Select(member => $"{member.Name}={member.PeerEndpoint}"));
        var learner = _start.PlanJoining(_members.Count + 1, initialCluster);
        await _clock.WaitAsync(MakePlaceAsync, cancellationToken).ConfigureAwait(false);
        _members = [.. _members, learner];
        await learner.StartAsync(cancellationToken).ConfigureAwait(false);
        await WaitUntilHealthyAsync(cancellationToken).ConfigureAwait(false);
        return learner;

        async Task<string?> MakePlaceAsync(CancellationToken token)
        {
            // etcd refuses as long as its members have not been connected for 5 s, which a young cluster has not.
            var leader = await GetLeaderAsync(token).ConfigureAwait(false);
            await leader.Client.AddLearnerAsync(new Uri(learner.PeerEndpoint), token).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Kills the members and deletes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await EndAsync(_members, _folder).ConfigureAwait(false);
    }

    private static async Task EndAsync(IEnumerable<EtcdSandboxMember> members, SandboxFolder folder)
    {
        try
        {
            await ClusterStart.EndAsync(members).ConfigureAwait(false);
        }
        finally
        {
            // The watchdog's last round takes whatever could not be ended.
            await folder.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void CheckIsOurs(EtcdSandboxMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (!_members.Contains(member))
        {
            throw new ArgumentException($"{member} is not a member of this sandbox.", nameof(member));
        }
    }
}
