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

    public string LeaderId { get; set; } = "1";

    public IEnumerable<string> Defragmented => Calls.Where(c => c.EndsWith("Defragment", StringComparison.Ordinal));

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

    private FakeMember Find(EtcdEndpoint endpoint) => Members.First(m => m.Endpoint == endpoint || m.OtherEndpoint == endpoint);

    /// <summary>A member of a <see cref="FakeCluster"/>, with what it is to say.</summary>
    internal sealed class FakeMember(FakeCluster cluster, int number)
    {
        public EtcdEndpoint Endpoint { get; } = EtcdEndpoint.Parse($"http://m{number}:2379");

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

        /// <summary>Replaces what a defragmentation does.</summary>
        public Func<CancellationToken, Task>? OnDefragment { get; set; }

        public EtcdMemberStatus Status => new()
        {
            Endpoint = Endpoint.ToString(),
            MemberId = Id,
            ClusterId = ClusterId,
            Version = "3.5.16",
            DbSize = DbSize,
            DbSizeInUse = DbSizeInUse,
            LeaderId = LeaderId ?? cluster.LeaderId,
            IsLearner = IsLearner,
            Revision = 7,
            RaftTerm = 2,
            RaftIndex = 9,
            RaftAppliedIndex = 9,
        };

        public EtcdException Failure(EtcdFailure failure, EtcdStatusCode code, string call) => new(failure, code, Endpoint, call, "of the test");
    }

    private sealed class Port(FakeCluster cluster, EtcdEndpoint endpoint) : IEtcdMember
    {
        private readonly FakeMember _member = cluster.Find(endpoint);

        public EtcdEndpoint Endpoint => endpoint;

        public async Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("Status");
            return _member.Status with { Endpoint = endpoint.ToString() };
        }

        public async Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("MemberList");
            RefuseLearner("MemberList");
            return [.. cluster.Members.Select(m => new EtcdMember(m.Id, m.Name, [m.Endpoint.ToString()], m.IsLearner))];
        }

        public async Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
        {
            await BeginAsync("Alarm");
            RefuseLearner("Alarm");
            return [.. cluster.Alarms];
        }

        public async Task ReadAsync(string key, CancellationToken cancellationToken)
        {
            await BeginAsync("Range");
            RefuseLearner("Range");
            if (_member.ReadRefusal is { } code)
            {
                throw _member.Failure(EtcdFailure.Refused, code, "Range");
            }
        }

        public async Task DefragmentAsync(TimeSpan deadline, CancellationToken cancellationToken)
        {
            await BeginAsync("Defragment");
            if (_member.OnDefragment is { } replacement)
            {
                await replacement(cancellationToken);
                return;
            }

            _member.DbSize = _member.DbSizeInUse;
        }

        public void Dispose()
        {
            // Nothing is held.
        }

        private Task BeginAsync(string call)
        {
            lock (cluster.Calls)
            {
                cluster.Calls.Add($"{_member.Name} {call}");
            }

            return _member.Down is { } failure
                ? Task.FromException(_member.Failure(failure, EtcdStatusCode.Unavailable, call))
                : Task.CompletedTask;
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
