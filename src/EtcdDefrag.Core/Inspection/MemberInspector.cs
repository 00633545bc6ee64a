using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Asks one member everything at once, over its one connection, and makes failures a part of the answer.</summary>
internal sealed class MemberInspector(TimeProvider time)
{
    /// <summary>The key that <c>etcdctl endpoint health</c> reads; it need not exist.</summary>
    private const string HealthKey = "health";

    /// <summary>
    /// How long to wait for the other answers of a member that says it is defragmenting. Today's etcd gives none until the end; one that no
    /// longer blocks would answer at once.
    /// </summary>
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How long a member's status may take before its metrics are asked whether it is busy.</summary>
    private static readonly TimeSpan PromptAnswer = TimeSpan.FromMilliseconds(100);

    public async Task<MemberObservation> AskAsync(
        IEtcdMember member, EtcdConnectionOptions options, InspectionScope scope, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var endpoint = member.Endpoint;
        var status = Answer<EtcdMemberStatus>.OfAsync(member.GetStatusAsync(giveUp.Token), endpoint);
        var list = Answer<IReadOnlyList<EtcdMember>>.OfAsync(member.GetMemberListAsync(giveUp.Token), endpoint);
        var alarms = Answer<IReadOnlyList<EtcdAlarm>>.OfAsync(member.GetAlarmsAsync(giveUp.Token), endpoint);
        var read = scope == InspectionScope.Health ? ReadAsync(member, giveUp.Token) : Task.FromResult(default(TimedRead));
        var all = Task.WhenAll(status, list, alarms, read);
        var place = options.MetricsEndpoints?.Find(endpoint);
        var needsNoMetrics = scope == InspectionScope.Status && place is null
            && await SaysItsQuotaAsync(status, cancellationToken).ConfigureAwait(false);
        var metrics = needsNoMetrics ? default
            : await Answer<EtcdMemberMetrics>.OfAsync(member.GetMetricsAsync(cancellationToken), endpoint).ConfigureAwait(false);
        if (metrics.Value is { IsDefragmenting: true })
        {
            await Task.WhenAny(all, Task.Delay(BusyTimeout, time, cancellationToken)).ConfigureAwait(false);
            await giveUp.CancelAsync().ConfigureAwait(false);
        }

        await all.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var (own, failure) = await status.ConfigureAwait(false);
        var (members, listFailure) = await list.ConfigureAwait(false);
        var (armed, alarmFailure) = await alarms.ConfigureAwait(false);
        var (readAnswer, took) = await read.ConfigureAwait(false);
        var ownAlarms = armed?.Where(a => a.MemberId == own?.MemberId).Select(a => a.AlarmType).ToArray() ?? [];
        var observation = new MemberObservation
        {
            Endpoint = endpoint.ToString(),
            Address = endpoint,
            Status = own is null ? null : own with { Address = endpoint, Alarms = ownAlarms, Connection = options },
            Failure = failure,
            Alarms = armed,
            AlarmFailure = alarmFailure,
            MemberList = members,
            MemberListFailure = listFailure,
            ReadTried = scope == InspectionScope.Health,
            ReadFailure = readAnswer.Failure,
            ReadTook = took,
        };
        return WithMetrics(observation, metrics, place);
    }

    /// <summary>Whether the status is there already and leaves nothing open that the metrics could say.</summary>
    private async Task<bool> SaysItsQuotaAsync(Task<Answer<EtcdMemberStatus>> status, CancellationToken cancellationToken)
    {
        await Task.WhenAny(status, Task.Delay(PromptAnswer, time, cancellationToken)).ConfigureAwait(false);
        return status.IsCompleted
            && (await status.ConfigureAwait(false)).Value is { DbQuotaSource: not EtcdQuotaSource.Unknown };
    }

    /// <summary>
    /// Adds the metrics unless they are another member's. That there are none is worth a warning only if the caller said where they are.
    /// </summary>
    private static MemberObservation WithMetrics(MemberObservation observation, Answer<EtcdMemberMetrics> answer, EtcdEndpoint? place)
    {
        var problem = answer.Value switch
        {
            null => place is null ? null : answer.Failure!.Message,
            { MemberId: { } id } when observation.Status is { MemberId: var own } && id != own =>
                $"{place ?? observation.Address} gives the metrics of member {id}, not of {own}, which answers at {observation.Endpoint}.",
            { IsDefragmenting: null } when place is not null => $"What {place} gives as /metrics is not etcd's.",
            _ => null,
        };
        var page = problem is null ? answer.Value : null;
        var status = observation.Status is { } known ? QuotaKnowledge.Complete(known, page) : null;
        return observation with { Metrics = page, MetricsProblem = problem, Status = status };
    }

    private async Task<TimedRead> ReadAsync(IEtcdMember member, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var answer = await Answer<object>.OfAsync(ReadOnceAsync(), member.Endpoint).ConfigureAwait(false);
        return new TimedRead(answer, time.GetElapsedTime(started));

        async Task<object> ReadOnceAsync()
        {
            try
            {
                await member.ReadAsync(HealthKey, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.PermissionDenied })
            {
                // The member needed consensus to find that this user may not read the key: that is health.
            }

            return HealthKey;
        }
    }

    private readonly record struct TimedRead(Answer<object> Answer, TimeSpan Took);

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
                // If the caller has cancelled, nobody reads this; else the member is busy.
                return new Answer<T>(null, new EtcdException(
                    EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, endpoint, "Status",
                    "it is being defragmented, and does not respond until that has ended", givenUp));
            }
        }
    }
}
