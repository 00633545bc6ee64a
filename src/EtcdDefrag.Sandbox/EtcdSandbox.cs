using EtcdDefrag.Sandbox.Clusters;
using EtcdDefrag.Sandbox.Processes;
using Etcdserverpb;
using Grpc.Core;

namespace EtcdDefrag.Sandbox;

/// <summary>
/// A disposable cluster of real etcd processes on 127.0.0.1. Disposing it ends the processes and deletes all they wrote; on Linux
/// and macOS a small watchdog process does the same when the owner is killed. Windows has no watchdog, and no pausing of members.
/// </summary>
internal sealed class EtcdSandbox : IAsyncDisposable
{
    private readonly ClusterAgreement _agreement;
    private readonly SandboxFolder _folder;
    private readonly ClusterStart _start;
    private int _fills;
    private bool _disposed;

    private EtcdSandbox(SandboxFolder folder, ClusterStart start, IReadOnlyList<EtcdSandboxMember> members)
    {
        _folder = folder;
        _start = start;
        Members = members;
        _agreement = new ClusterAgreement(start.Wait, () => Members);
        start.Login.Elsewhere = AuthenticateAtVoterAsync;
    }

    /// <summary>The members, whether they run or not.</summary>
    public IReadOnlyList<EtcdSandboxMember> Members { get; private set; }

    /// <summary>The temporary folder that holds everything.</summary>
    public string Folder => _folder.Path;

    public IReadOnlyList<string> Endpoints => [.. Members.Select(member => member.Endpoint)];

    /// <summary>Starts a cluster and returns when all its members are healthy and name one leader.</summary>
    /// <exception cref="EtcdSandboxException">A member did not start; the message names it and holds the end of its log.
    /// Or the TLS settings lack something.</exception>
    public static async Task<EtcdSandbox> StartAsync(EtcdSandboxOptions options, CancellationToken cancellationToken = default)
    {
        options.Tls?.Check();
        var folder = await SandboxFolder.CreateAsync(cancellationToken);
        IReadOnlyList<EtcdSandboxMember> members = [];
        try
        {
            var start = new ClusterStart(options, folder.Path, LoopbackPorts.Find);
            members = await start.RunAsync(cancellationToken);
            var sandbox = new EtcdSandbox(folder, start, members);
            await sandbox.WaitUntilHealthyAsync(cancellationToken);
            return sandbox;
        }
        catch
        {
            await EndAsync(members, folder);
            throw;
        }
    }

    /// <summary>The leader that all members that can answer name; waits for an election that is under way.</summary>
    public Task<EtcdSandboxMember> GetLeaderAsync(CancellationToken cancellationToken = default) =>
        _agreement.WaitForLeaderAsync(wanted: null, cancellationToken);

    /// <summary>Hands leadership over and waits until every member that can answer says so.</summary>
    public async Task MoveLeaderAsync(EtcdSandboxMember to, CancellationToken cancellationToken = default)
    {
        CheckIsOurs(to);
        var leader = await GetLeaderAsync(cancellationToken);
        if (leader != to)
        {
            await leader.Client.MoveLeaderAsync(await to.GetMemberIdAsync(cancellationToken), cancellationToken);
            await _agreement.WaitForLeaderAsync(to, cancellationToken);
        }
    }

    /// <summary>
    /// Waits until the members that can answer name one leader among them and read with a quorum's consent. Alarms do not count:
    /// they are armed on purpose here.
    /// </summary>
    public Task WaitUntilHealthyAsync(CancellationToken cancellationToken = default) =>
        _agreement.WaitUntilHealthyAsync(cancellationToken);

    /// <summary>
    /// Writes random values, deletes a part of them, evenly spread, and compacts: afterwards the file of every member that can
    /// answer holds that much of free pages. Every fill has keys of its own.
    /// </summary>
    /// <exception cref="EtcdSandboxClientException">etcd refused, for instance because the quota is reached.</exception>
    public async Task FillAsync(EtcdFill fill, CancellationToken cancellationToken = default)
    {
        var leader = await GetLeaderAsync(cancellationToken);
        await new SandboxFill(fill, $"fill/{++_fills}/", _agreement.Answering, _start.Wait).RunAsync(leader, cancellationToken);
    }

    /// <summary>Arms an alarm for a member and waits until every member that can answer knows it.</summary>
    public async Task ArmAlarmAsync(EtcdSandboxMember member, EtcdAlarmKind alarm, CancellationToken cancellationToken = default)
    {
        CheckIsOurs(member);
        var id = await member.GetMemberIdAsync(cancellationToken);
        var leader = await GetLeaderAsync(cancellationToken);
        await leader.Client.ArmAlarmAsync(id, alarm, cancellationToken);
        await _agreement.CatchUpAsync(leader, "the alarm", cancellationToken);
    }

    /// <summary>Adds a learner to the cluster, starts it and waits until it knows the leader.</summary>
    public async Task<EtcdSandboxMember> AddLearnerAsync(CancellationToken cancellationToken = default)
    {
        var learner = _start.PlanLearner(Members.Count + 1);
        await _start.Wait.UntilAsync(AddAsync, cancellationToken);
        Members = [.. Members, learner];
        learner.InitialCluster = string.Join(',', Members.Select(member => member.ClusterEntry));
        await learner.StartAsync(cancellationToken);
        await WaitUntilHealthyAsync(cancellationToken);
        return learner;

        async Task<string?> AddAsync(CancellationToken token)
        {
            // etcd refuses as long as its members have not been connected for 5 s, which a young cluster has not.
            var leader = await GetLeaderAsync(token);
            await leader.Client.AddLearnerAsync(learner.PeerEndpoint, token);
            return null;
        }
    }

    /// <summary>
    /// Makes the user root, and others, and switches etcd's authentication on; every member that can answer knows of it when this
    /// returns. From then on the sandbox and the clients of its members are root, with a token that they renew when it has expired.
    /// A role that several users have is made once.
    /// </summary>
    public async Task EnableAuthenticationAsync(
        string rootPassword, IEnumerable<EtcdSandboxUser>? users = null, CancellationToken cancellationToken = default)
    {
        var leader = await GetLeaderAsync(cancellationToken);
        var root = new EtcdSandboxUser("root", rootPassword) { Roles = [EtcdSandboxRole.Root] };
        IReadOnlyList<EtcdSandboxUser> all = [root, .. users ?? []];
        foreach (var role in all.SelectMany(user => user.Roles).Distinct())
        {
            await leader.Client.AddRoleAsync(role, cancellationToken);
        }

        foreach (var user in all)
        {
            await leader.Client.AddUserAsync(user, cancellationToken);
        }

        await leader.Client.EnableAuthenticationAsync(cancellationToken);
        _start.Login.SignInAs(root.Name, rootPassword);
        await _agreement.CatchUpAsync(leader, "authentication", cancellationToken);
    }

    /// <summary>Kills the members and deletes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await EndAsync(Members, _folder);
        }
    }

    private static async Task EndAsync(IEnumerable<EtcdSandboxMember> members, SandboxFolder folder)
    {
        // Disposed last: the watchdog's last round takes whatever could not be ended.
        await using (folder)
        {
            await ClusterStart.EndAsync(members);
        }
    }

    /// <summary>Asks a voter for a token, for a learner, which gives none but takes those of the others.</summary>
    private Task<string> AuthenticateAtVoterAsync(string user, string password, CancellationToken cancellationToken)
    {
        var voter = Members.FirstOrDefault(member => member.IsAnswering && !member.StartedAsLearner)
            ?? throw new EtcdSandboxException("No voter is running that could give a token.");
        return voter.Client.AuthenticateAsync(user, password, cancellationToken);
    }

    private void CheckIsOurs(EtcdSandboxMember member)
    {
        if (!Members.Contains(member))
        {
            throw new ArgumentException($"{member} is not a member of this sandbox.", nameof(member));
        }
    }
}

/// <summary>The alarms a sandbox can arm.</summary>
internal enum EtcdAlarmKind
{
    NoSpace = AlarmType.Nospace,
    Corrupt = AlarmType.Corrupt,
}

/// <summary>The sandbox could not do what was asked: a member did not start, a condition did not come about in time.</summary>
internal sealed class EtcdSandboxException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A member answered a call with an error.</summary>
internal sealed class EtcdSandboxClientException(string call, StatusCode code, string detail)
    : Exception($"{call} failed: {detail} ({code}).")
{
    public StatusCode Code => code;

    /// <summary>etcd's own message.</summary>
    public string Detail => detail;
}
