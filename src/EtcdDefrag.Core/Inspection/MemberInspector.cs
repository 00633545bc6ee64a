using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Asks one member everything at once, over its one connection, and turns failures into parts of the answer.</summary>
internal sealed class MemberInspector(TimeProvider time)
{
    /// <summary>The key that <c>etcdctl endpoint health</c> reads; it need not exist.</summary>
    private const string HealthKey = "health";

    /// <summary>
    /// How long a member that says it defragments may take for the other answers. Today's etcd gives none until the end; one that
    /// does not block any more would at once.
    /// </summary>
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(1);

    public async Task<MemberObservation> AskAsync(
        IEtcdMember member, EtcdConnectionOptions options, InspectionScope scope, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var questions = new Questions(member, time, scope, giveUp.Token);
        var metrics = await Answer<EtcdMemberMetrics>.OfAsync(member.GetMetricsAsync(cancellationToken), member.Endpoint).ConfigureAwait(false);
        if (metrics.Value is { IsDefragmenting: true })
        {
            await Task.WhenAny(questions.All, Task.Delay(BusyPatience, time, cancellationToken)).ConfigureAwait(false);
            await giveUp.CancelAsync().ConfigureAwait(false);
        }

        await questions.All.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var observation = await questions.CombineAsync(options).ConfigureAwait(false);
        var (page, problem) = Check(metrics, observation, options.MetricsEndpoints?.Find(member.Endpoint));
        return observation with
        {
            Metrics = page,
            MetricsProblem = problem,
            Status = observation.Status is { } status ? QuotaKnowledge.Complete(status, page) : null,
        };
    }

    /// <summary>A page of another member says nothing of this one; and where the caller named the place, that it gives none is worth a word.</summary>
    private static (EtcdMemberMetrics? Page, string? Problem) Check(Answer<EtcdMemberMetrics> answer, MemberObservation of, EtcdEndpoint? place) => answer.Value switch
    {
        null => (null, place is null ? null : answer.Failure!.Message),
        { MemberId: { } id } when of.Status is { } status && id != status.MemberId =>
            (null, $"{place ?? of.Address} gives the metrics of member {id}, and not of {status.MemberId}, which answers at {of.Endpoint}."),
        { IsDefragmenting: null } when place is not null => (null, $"What {place} gives as /metrics is not etcd's."),
        var page => (page, null),
    };

    private sealed class Questions
    {
        private readonly EtcdEndpoint _endpoint;
        private readonly InspectionScope _scope;
        private readonly Task<Answer<EtcdMemberStatus>> _status;
        private readonly Task<Answer<IReadOnlyList<EtcdMember>>> _list;
        private readonly Task<Answer<IReadOnlyList<EtcdAlarm>>> _alarms;
        private readonly Task<(Answer<object> Answer, TimeSpan Took)> _read;

        public Questions(IEtcdMember member, TimeProvider time, InspectionScope scope, CancellationToken cancellationToken)
        {
            _endpoint = member.Endpoint;
            _scope = scope;
            _status = Answer<EtcdMemberStatus>.OfAsync(member.GetStatusAsync(cancellationToken), _endpoint);
            _list = Answer<IReadOnlyList<EtcdMember>>.OfAsync(member.GetMemberListAsync(cancellationToken), _endpoint);
            _alarms = Answer<IReadOnlyList<EtcdAlarm>>.OfAsync(member.GetAlarmsAsync(cancellationToken), _endpoint);
            _read = scope == InspectionScope.Health
                ? ReadAsync(member, time, cancellationToken)
                : Task.FromResult(default((Answer<object>, TimeSpan)));
            All = Task.WhenAll(_status, _list, _alarms, _read);
        }

        public Task All { get; }

        public async Task<MemberObservation> CombineAsync(EtcdConnectionOptions options)
        {
            var status = await _status.ConfigureAwait(false);
            var alarms = await _alarms.ConfigureAwait(false);
            var list = await _list.ConfigureAwait(false);
            var (read, took) = await _read.ConfigureAwait(false);
            var own = alarms.Value?.Where(a => a.MemberId == status.Value?.MemberId).Select(a => a.AlarmType).ToArray() ?? [];
            return new MemberObservation
            {
                Endpoint = _endpoint.ToString(),
                Address = _endpoint,
                Status = status.Value is null ? null : status.Value with { Address = _endpoint, Alarms = own, Connection = options },
                Failure = status.Failure,
                Alarms = alarms.Value,
                AlarmFailure = alarms.Failure,
                MemberList = list.Value,
                MemberListFailure = list.Failure,
                ReadTried = _scope == InspectionScope.Health,
                ReadFailure = read.Failure,
                ReadTook = took,
            };
        }

        private static async Task<(Answer<object> Answer, TimeSpan Took)> ReadAsync(
            IEtcdMember member, TimeProvider time, CancellationToken cancellationToken)
        {
            var started = time.GetTimestamp();
            var answer = await Answer<object>.OfAsync(ReadOnceAsync(), member.Endpoint).ConfigureAwait(false);
            return (answer, time.GetElapsedTime(started));

            async Task<object> ReadOnceAsync()
            {
                try
                {
                    await member.ReadAsync(HealthKey, cancellationToken).ConfigureAwait(false);
                }
                catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.PermissionDenied })
                {
                    // The member went through consensus to find that this user may not read the key: that is health.
                }

                return HealthKey;
            }
        }
    }

    private readonly record struct Answer<T>(T? Value, EtcdException? Failure)
        where T : class
    {
        public static async Task<Answer<T>> OfAsync(Task<T> call, EtcdEndpoint endpoint)
        {
            try
            {
                return new Answer<T>(await call.ConfigureAwait(false), null);
            }
            catch (EtcdException failure)
            {
                return new Answer<T>(null, failure);
            }
            catch (OperationCanceledException givenUp)
            {
                // If it was the caller who gave up, nobody reads this; else the member is busy.
                const string Busy = "it is being defragmented, and answers nobody until that has ended";
                return new Answer<T>(null, new EtcdException(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, endpoint, "Status", Busy, givenUp));
            }
        }
    }
}
