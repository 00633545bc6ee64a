using System.Runtime.CompilerServices;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Unit.Support;

/// <summary>
/// A cluster in memory, for what a real one cannot be made to do on demand: answers and failures are set member by member, and
/// every call is written down.
/// </summary>
internal sealed class FakeCluster : IEtcdConnector
{
    private const string ClusterId = "c1";

    public List<FakeMember> Members { get; } = [];

    /// <summary>Every call that was made, for example <c>m2 Defragment</c>.</summary>
    public List<string> Calls { get; } = [];

    public List<EtcdAlarm> Alarms { get; } = [];

    /// <summary>The keys that it holds, but for the run's lock.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    public string LeaderId { get; set; } = "1";

    /// <summary>Who holds the run's lock, where another run does.</summary>
    public string? LockHolder { get; set; }

    /// <summary>The lease of <see cref="LockHolder"/>.</summary>
    public const long HolderLease = 66;

    /// <summary>How long that lease still lives, by etcd's word.</summary>
    public TimeSpan HolderLeaseLeft { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What a member says instead of granting a lease.</summary>
    public EtcdStatusCode? LockFailure { get; set; }

    public long Lease { get; set; } = 77;

    /// <summary>Replaces the answer to a lease that is to be kept alive.</summary>
    public Func<CancellationToken, Task<TimeSpan>>? OnKeepAlive { get; set; }

    /// <summary>The clock of the test, where it moves faster than whoever keeps a lease alive may get his turn.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>When the run's lease was last renewed; null while there is none.</summary>
    public DateTimeOffset? LeaseSince { get; private set; }

    /// <summary>How often ending a lease fails before it succeeds.</summary>
    public int RevokeFailures { get; set; }

    public TimeSpan LeaseLeft { get; set; } = TimeSpan.FromSeconds(30);

    public Exception? OnCompact { get; set; }

    /// <summary>Runs when a compaction has reached the cluster, whatever is answered.</summary>
    public Action? AfterCompact { get; set; }

    public Exception? OnDisarm { get; set; }

    public long Revision { get; set; } = 7;

    public IReadOnlyList<string> Defragmented
    {
        get
        {
            lock (Calls)
            {
                return [.. Calls.Where(c => c.EndsWith("Defragment", StringComparison.Ordinal))];
            }
        }
    }

    /// <summary>An address that every member advertises before its own; null for none.</summary>
    public EtcdEndpoint? Shared { get; set; }

    /// <summary>Whom a connection to <see cref="Shared"/> reaches.</summary>
    public Func<FakeMember>? SharedLeadsTo { get; set; }

    public static FakeCluster Of(int members)
    {
        var cluster = new FakeCluster();
        for (var i = 1; i <= members; i++)
        {
            cluster.Members.Add(new FakeMember(cluster, i));
        }

        return cluster;
    }

    public EtcdEndpoint[] Endpoints => [.. Members.Select(m => m.Endpoint)];

    public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options) => new Port(this, endpoint);

    private FakeMember Find(EtcdEndpoint endpoint) =>
        endpoint == Shared
            ? SharedLeadsTo!()
            : Members.Find(m => m.Endpoint == endpoint || m.OtherEndpoint == endpoint || m.Advertised == endpoint)
            ?? new FakeMember(this, 0) { Endpoint = endpoint, Down = EtcdFailure.Unreachable };

    /// <summary>A member of a <see cref="FakeCluster"/>, with what it is to say.</summary>
    internal sealed class FakeMember(FakeCluster cluster, int number)
    {
        public EtcdEndpoint Endpoint { get; init; } = EtcdEndpoint.Parse($"http://m{number}:2379");

        /// <summary>A second name for the same member.</summary>
        public EtcdEndpoint OtherEndpoint { get; } = EtcdEndpoint.Parse($"http://alias{number}:2379");

        public string Id { get; set; } = $"{number}";

        public string Name => $"m{number}";

        public bool IsLearner { get; set; }

        public long DbSize { get; set; } = 100_000_000;

        public long DbSizeInUse { get; set; } = 10_000_000;

        public string? LeaderId { get; set; }

        /// <summary>Thrown by every call where it is set.</summary>
        public EtcdFailure? Down { get; set; }

        public EtcdStatusCode? ReadRefusal { get; set; }

        public EtcdRight Right { get; set; }

        /// <summary>What its metrics say; null where they cannot be read.</summary>
        public EtcdMemberMetrics? Metrics { get; set; } = new()
        {
            IsDefragmenting = false,
            DefragmentationCount = 0,
            OpenSnapshotCount = 0,
            QuotaBytes = 2L << 30,
            ProcessStartedAt = DateTimeOffset.UnixEpoch,
        };

        /// <summary>Whether its status says the quota, as from etcd 3.6 on.</summary>
        public bool SaysQuota { get; set; }

        public string Version { get; set; } = "3.5.30";

        public ulong RaftIndex { get; set; } = 9;

        public ulong RaftAppliedIndex { get; set; } = 9;

        /// <summary>The ids its member list holds; null for all.</summary>
        public string[]? ListedIds { get; set; }

        public ulong RaftTerm { get; set; } = 2;

        /// <summary>The address it advertises; its own by default.</summary>
        public EtcdEndpoint? Advertised { get; set; }

        /// <summary>Whom a fresh connection to this member reaches; itself by default.</summary>
        public Func<FakeMember>? Balancer { get; set; }

        public EtcdException? OnMoveLeader { get; set; }

        /// <summary>Whether leadership moves before <see cref="OnMoveLeader"/> is thrown: its answer alone is lost.</summary>
        public bool MovesAllTheSame { get; set; }

        /// <summary>Runs before each answer to Status.</summary>
        public Action? OnStatus { get; set; }

        /// <summary>Runs before each reading of the metrics.</summary>
        public Action? OnMetrics { get; set; }

        /// <summary>What a snapshot of it consists of.</summary>
        public IReadOnlyList<EtcdSnapshotPart> Snapshot { get; set; } = [];

        /// <summary>Runs when a defragmentation is called for, before its first byte is sent.</summary>
        public Action? OnConnecting { get; set; }

        /// <summary>Replaces what a defragmentation does.</summary>
        public Func<CancellationToken, Task>? OnDefragment { get; set; }

        public EtcdMemberStatus Status => new()
        {
            Endpoint = Endpoint.ToString(),
            Address = Endpoint,
            MemberId = Id,
            ClusterId = ClusterId,
            Version = Version,
            DbSize = DbSize,
            DbSizeInUse = DbSizeInUse,
            LeaderId = LeaderId ?? cluster.LeaderId,
            IsLearner = IsLearner,
            Revision = cluster.Revision,
            RaftTerm = RaftTerm,
            RaftIndex = RaftIndex,
            RaftAppliedIndex = RaftAppliedIndex,
            DbQuota = SaysQuota ? 2L << 30 : null,
            DbQuotaSource = SaysQuota ? EtcdQuotaSource.Status : EtcdQuotaSource.Unknown,
        };

        /// <summary>What a defragmentation that has run leaves behind.</summary>
        public void Finish()
        {
            DbSize = DbSizeInUse;
            Metrics = Metrics is null ? null : Metrics with { DefragmentationCount = Metrics.DefragmentationCount + 1 };
        }

        public EtcdException Failure(EtcdFailure failure, EtcdStatusCode code, string call) => new(failure, code, Endpoint, call, "of the test");
    }

    private sealed class Port(FakeCluster cluster, EtcdEndpoint endpoint) : IEtcdMember
    {
        private readonly FakeMember _member = cluster.Find(endpoint) is { Balancer: { } balancer } found && found.Endpoint == endpoint ? balancer() : cluster.Find(endpoint);

        public EtcdEndpoint Endpoint => endpoint;

        public async Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("Status");
            _member.OnStatus?.Invoke();
            return _member.Status with { Endpoint = endpoint.ToString(), Address = endpoint };
        }

        public async Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("MemberList");
            RefuseLearner("MemberList");
            return [.. cluster.Members.Where(m => _member.ListedIds?.Contains(m.Id) ?? true).Select(m => new EtcdMember(m.Id, m.Name, AddressesOf(m), m.IsLearner))];
        }

        public async Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("Alarm");
            RefuseLearner("Alarm");
            return [.. cluster.Alarms];
        }

        public async Task<string?> ReadAsync(string key, CancellationToken cancellationToken)
        {
            await BeginAsync("Range");
            RefuseLearner("Range");
            if (_member.ReadRefusal is { } code)
            {
                throw _member.Failure(EtcdFailure.Refused, code, "Range");
            }

            return key == "etcd-defrag/run" ? cluster.LockHolder : cluster.Keys.GetValueOrDefault(key);
        }

        public Task<EtcdKeyPage> ReadPageAsync(EtcdKeyRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task DefragmentAsync(TimeSpan deadline, Action onSending, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _member.OnConnecting?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            await BeginAsync("Defragment", onSending);
            if (_member.OnDefragment is { } replacement)
            {
                await replacement(cancellationToken);
                return;
            }

            _member.Finish();
        }

        public async Task<EtcdMemberMetrics> GetMetricsAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("Metrics");
            _member.OnMetrics?.Invoke();
            return _member.Metrics ?? throw _member.Failure(EtcdFailure.NotEtcd, EtcdStatusCode.Internal, "Metrics");
        }

        public async Task<EtcdAccess> GetAccessAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("UserGet");
            return new EtcdAccess(_member.Right, "reader");
        }

        public async Task CompactAsync(long revision, TimeSpan deadline, Action onSending, CancellationToken cancellationToken)
        {
            await BeginAsync($"Compact {revision}", onSending);
            cluster.AfterCompact?.Invoke();
            if (cluster.OnCompact is { } failure)
            {
                throw failure;
            }
        }

        public async Task<bool> DisarmNoSpaceAsync(string memberId, CancellationToken cancellationToken)
        {
            await BeginAsync($"Disarm {memberId}");
            return cluster.OnDisarm is { } failure ? throw failure : cluster.Alarms.Remove(new EtcdAlarm(memberId, EtcdAlarmType.NoSpace));
        }

        public async Task MoveLeaderAsync(string memberId, CancellationToken cancellationToken)
        {
            await BeginAsync($"MoveLeader {memberId}");
            cluster.LeaderId = _member is { OnMoveLeader: not null, MovesAllTheSame: false } ? cluster.LeaderId : memberId;
            if (_member.OnMoveLeader is { } failure)
            {
                throw failure;
            }
        }

        public async IAsyncEnumerable<EtcdSnapshotPart> ReadSnapshotAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await BeginAsync("Snapshot");
            foreach (var part in _member.Snapshot)
            {
                yield return part;
            }
        }

        public async Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken)
        {
            await BeginAsync("LeaseGrant");
            if (cluster.LockFailure is { } code)
            {
                throw _member.Failure(EtcdFailure.Refused, code, "LeaseGrant");
            }

            cluster.LeaseSince = cluster.Clock?.GetUtcNow();
            return cluster.Lease;
        }

        public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
        {
            await BeginAsync("LeaseKeepAlive");
            cluster.LeaseSince = cluster.Clock?.GetUtcNow();
            if (cluster.OnKeepAlive is { } replacement)
            {
                return await replacement(cancellationToken);
            }

            return cluster.LeaseLeft;
        }

        public async Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
        {
            cluster.LockHolder = leaseId == HolderLease ? null : cluster.LockHolder;
            cluster.LeaseSince = leaseId == HolderLease ? cluster.LeaseSince : null;
            await BeginAsync("LeaseRevoke");
            if (cluster.RevokeFailures-- > 0)
            {
                throw _member.Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "LeaseRevoke");
            }
        }

        public async Task<TimeSpan> GetLeaseLeftAsync(long leaseId, CancellationToken cancellationToken)
        {
            await BeginAsync($"LeaseTimeToLive {leaseId}");
            return cluster.HolderLeaseLeft;
        }

        public async Task<EtcdHeldKey?> CreateKeyAsync(string key, string value, long leaseId, CancellationToken cancellationToken)
        {
            await BeginAsync("Txn");
            if (cluster.LockHolder is { } holder)
            {
                return new EtcdHeldKey(holder, FakeCluster.HolderLease);
            }

            if (key != "etcd-defrag/run" && !cluster.Keys.TryAdd(key, value))
            {
                return new EtcdHeldKey(cluster.Keys[key], 0);
            }

            return null;
        }

        public async Task<bool> ChangeKeysAsync(EtcdKeyChange change, CancellationToken cancellationToken)
        {
            await BeginAsync("Change");
            if (change.Put.Count > 0 && cluster.LockFailure is { } code)
            {
                throw _member.Failure(EtcdFailure.Refused, code, "Txn");
            }

            lock (cluster.Keys)
            {
                var isExpected = change.Present.All(k => cluster.Keys.GetValueOrDefault(k.Key) == k.Value)
                    && change.Absent.All(k => !cluster.Keys.ContainsKey(k) && (k != "etcd-defrag/run" || cluster.LockHolder is null));
                if (isExpected)
                {
                    change.Delete.ToList().ForEach(k => cluster.Keys.Remove(k));
                    change.Put.ToList().ForEach(k => cluster.Keys[k.Key] = k.Value);
                }

                return isExpected;
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }

        private Task BeginAsync(string call, Action? onSending = null)
        {
            if (_member.Down is not { } refused || refused is EtcdFailure.ConnectionLost or EtcdFailure.TimedOut)
            {
                onSending?.Invoke();
            }

            lock (cluster.Calls)
            {
                cluster.Calls.Add($"{_member.Name} {call}");
            }

            return _member.Down is { } failure
                ? Task.FromException(_member.Failure(failure, EtcdStatusCode.Unavailable, call))
                : Task.CompletedTask;
        }

        private string[] AddressesOf(FakeMember member)
        {
            var own = (member.Advertised ?? member.Endpoint).ToString();
            return cluster.Shared is { } shared ? [shared.ToString(), own] : [own];
        }

        private void RefuseLearner(string call)
        {
            if (_member.IsLearner)
            {
                throw new EtcdException(EtcdFailure.Refused, EtcdStatusCode.Unavailable, endpoint, call, "etcdserver: rpc not supported for learner");
            }
        }
    }
}
