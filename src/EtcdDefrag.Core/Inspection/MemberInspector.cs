using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Asks one member everything at once, over its one connection, and turns failures into parts of the answer.</summary>
internal sealed class MemberInspector(TimeProvider time)
{
    /// <summary>The key that <c>etcdctl endpoint health</c> reads; it need not exist.</summary>
    private const string HealthKey = "health";

    public async Task<MemberObservation> AskAsync(
        IEtcdMember member, EtcdConnectionOptions options, InspectionScope scope, CancellationToken cancellationToken)
    {
        var status = Answer<EtcdMemberStatus>.OfAsync(member.GetStatusAsync(cancellationToken));
        var list = Answer<IReadOnlyList<EtcdMember>>.OfAsync(member.GetMemberListAsync(cancellationToken));
        var alarms = Answer<IReadOnlyList<EtcdAlarm>>.OfAsync(member.GetAlarmsAsync(cancellationToken));
        var read = scope == InspectionScope.Health ? ReadAsync(member, cancellationToken) : Task.FromResult(default(ReadAnswer));
        await Task.WhenAll(status, list, alarms, read).ConfigureAwait(false);

        return Combine(member.Endpoint, options, await status.ConfigureAwait(false), await alarms.ConfigureAwait(false)) with
        {
            MemberList = (await list.ConfigureAwait(false)).Value,
            ReadTried = scope == InspectionScope.Health,
            ReadFailure = (await read.ConfigureAwait(false)).Failure,
            ReadTook = (await read.ConfigureAwait(false)).Took,
        };
    }

    private static MemberObservation Combine(
        EtcdEndpoint endpoint, EtcdConnectionOptions options, Answer<EtcdMemberStatus> status, Answer<IReadOnlyList<EtcdAlarm>> alarms)
    {
        var own = alarms.Value?.Where(a => a.MemberId == status.Value?.MemberId).Select(a => a.AlarmType).ToArray() ?? [];
        return new MemberObservation
        {
            Endpoint = endpoint.ToString(),
            Address = endpoint,
            Status = status.Value is null ? null : status.Value with { Alarms = own, Connection = options },
            Failure = status.Failure,
            Alarms = alarms.Value,
            AlarmFailure = alarms.Failure,
        };
    }

    private async Task<ReadAnswer> ReadAsync(IEtcdMember member, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await member.ReadAsync(HealthKey, cancellationToken).ConfigureAwait(false);
            return new ReadAnswer(null, time.GetElapsedTime(started));
        }
        catch (EtcdException refused) when (refused is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.PermissionDenied })
        {
            // The member went through consensus to find that this user may not read the key: that is health.
            return new ReadAnswer(null, time.GetElapsedTime(started));
        }
        catch (EtcdException failure)
        {
            return new ReadAnswer(failure, time.GetElapsedTime(started));
        }
    }

    private readonly record struct ReadAnswer(EtcdException? Failure, TimeSpan Took);

    private readonly record struct Answer<T>(T? Value, EtcdException? Failure)
        where T : class
    {
        public static async Task<Answer<T>> OfAsync(Task<T> call)
        {
            try
            {
                return new Answer<T>(await call.ConfigureAwait(false), null);
            }
            catch (EtcdException failure)
            {
                return new Answer<T>(null, failure);
            }
        }
    }
}
