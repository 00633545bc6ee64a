using EtcdDefrag.Connection;
using EtcdDefrag.Grpc.Messages;
using EtcdDefrag.Grpc.Wire;
using EtcdDefrag.Model;
using Google.Protobuf;

namespace EtcdDefrag.Grpc;

/// <summary>The port to one member, over gRPC.</summary>
internal sealed class GrpcEtcdMember(EtcdEndpoint endpoint, EtcdConnectionOptions options, GrpcChannel channel) : IEtcdMember
{
    private static readonly GrpcMethod<RangeResponse> Range = new("etcdserverpb.KV", "Range", ChangesState: false, RangeResponse.Parser);
    private static readonly GrpcMethod<MemberListResponse> MemberList =
        new("etcdserverpb.Cluster", "MemberList", ChangesState: false, MemberListResponse.Parser);

    private static readonly GrpcMethod<StatusResponse> Status =
        new("etcdserverpb.Maintenance", "Status", ChangesState: false, StatusResponse.Parser);

    private static readonly GrpcMethod<AlarmResponse> AlarmList =
        new("etcdserverpb.Maintenance", "Alarm", ChangesState: false, AlarmResponse.Parser);

    private static readonly GrpcMethod<DefragmentResponse> Defragment =
        new("etcdserverpb.Maintenance", "Defragment", ChangesState: true, DefragmentResponse.Parser);

    public EtcdEndpoint Endpoint => endpoint;

    public async Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Status, new StatusRequest(), cancellationToken).ConfigureAwait(false);
        return ModelMapping.ToModel(answer, endpoint, options);
    }

    public async Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken)
    {
        // Not linearizable: a member that has lost its leader must still be able to say who the others are.
        var answer = await AskAsync(MemberList, new MemberListRequest { Linearizable = false }, cancellationToken).ConfigureAwait(false);
        return answer.Members.Select(ModelMapping.ToModel).ToArray();
    }

    public async Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
    {
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get };
        var answer = await AskAsync(AlarmList, request, cancellationToken).ConfigureAwait(false);
        return answer.Alarms.Select(ModelMapping.ToModel).ToArray();
    }

    public Task ReadAsync(string key, CancellationToken cancellationToken) =>
        AskAsync(Range, new RangeRequest { Key = ByteString.CopyFromUtf8(key), KeysOnly = true }, cancellationToken);

    public Task DefragmentAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        channel.CallAsync(Defragment, new DefragmentRequest(), deadline, cancellationToken);

    public void Dispose() => channel.Dispose();

    private Task<TAnswer> AskAsync<TAnswer>(GrpcMethod<TAnswer> method, IMessage request, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer> => channel.CallAsync(method, request, options.OperationTimeout, cancellationToken);
}
