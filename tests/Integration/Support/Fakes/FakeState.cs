using System.Globalization;
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;

namespace EtcdDefrag.Integration.Support.Fakes;

/// <summary>
/// What a fake member says of itself and does on its own: a healthy voter that leads a cluster of one, until the test says
/// otherwise. Calls may come at once; what they change is changed under a lock.
/// </summary>
internal sealed class FakeState
{
    // gRPC's code for a method that the server does not have.
    private const int Unimplemented = 12;

    private readonly object _lock = new();
    private readonly Dictionary<string, KeyValue> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<long, long> _leases = [];

    public FakeState() => Status = new StatusResponse
    {
        Header = new ResponseHeader { ClusterId = 0xc1, MemberId = 0xa1, Revision = 1, RaftTerm = 2 },
        Version = "3.6.10",
        DbSize = 100 << 20,
        DbSizeInUse = 40 << 20,
        Leader = 0xa1,
        RaftIndex = 10,
        RaftTerm = 2,
        RaftAppliedIndex = 10,
    };

    /// <summary>What Status answers, and whose header all answers have.</summary>
    public StatusResponse Status { get; }

    /// <summary>The quota that Status answers; zero where it does not say.</summary>
    public long DbSizeQuota { get; set; } = 2L << 30;

    /// <summary>Whether Status answers that a downgrade is under way.</summary>
    public bool IsDowngrading { get; set; }

    /// <summary>What MemberList answers.</summary>
    public List<Member> Members { get; } = [];

    /// <summary>The armed alarms.</summary>
    public List<AlarmMember> Alarms { get; } = [];

    /// <summary>Its id.</summary>
    public ulong MemberId => Status.Header.MemberId;

    /// <summary>The keys there are.</summary>
    public IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (_lock)
            {
                return [.. _keys.Keys];
            }
        }
    }

    /// <summary>The leases that live; none runs out by itself.</summary>
    public IReadOnlyCollection<long> Leases
    {
        get
        {
            lock (_lock)
            {
                return [.. _leases.Keys];
            }
        }
    }

    /// <summary>Does what a healthy member does.</summary>
    public Task<FakeReply> AnswerAsync(FakeCall call, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Answer(call));
        }
    }

    private FakeReply Answer(FakeCall call) => call.Method switch
    {
        "Status" => FakeReply.Message(Status, WriteLaterFields()),
        "MemberList" => FakeReply.Message(new MemberListResponse { Header = Status.Header, Members = { Members } }),
        "Alarm" => FakeReply.Message(AnswerAlarm(call.Read(AlarmRequest.Parser))),
        "Defragment" => FakeReply.Message(Defragment()),
        "Compact" => FakeReply.Message(new CompactionResponse { Header = Status.Header }),
        "MoveLeader" => FakeReply.Message(MoveLeader(call.Read(MoveLeaderRequest.Parser))),
        "Range" => FakeReply.Message(Range(call.Read(RangeRequest.Parser))),
        "Txn" => FakeReply.Message(Txn(call.Read(TxnRequest.Parser))),
        "LeaseGrant" => FakeReply.Message(Grant(call.Read(LeaseGrantRequest.Parser))),
        "LeaseKeepAlive" => FakeReply.Message(KeepAlive(call.Read(LeaseKeepAliveRequest.Parser))),
        "LeaseRevoke" => Revoke(call.Read(LeaseRevokeRequest.Parser)),
        _ => FakeReply.RefuseAtOnce(Unimplemented, string.Create(CultureInfo.InvariantCulture, $"unknown method {call.Method}")),
    };

    /// <summary>
    /// What etcd 3.6 adds to a status (storageVersion, dbSizeQuota, downgradeInfo), by the numbers of its own rpc.proto: dotnet-etcd's
    /// message does not have them, and a wrong number in the product does not pass here.
    /// </summary>
    private byte[] WriteLaterFields()
    {
        using var bytes = new MemoryStream();
        using (var fields = new CodedOutputStream(bytes, leaveOpen: true))
        {
            fields.WriteTag(11, WireFormat.WireType.LengthDelimited);
            fields.WriteString("3.6.0");
            fields.WriteTag(12, WireFormat.WireType.Varint);
            fields.WriteInt64(DbSizeQuota);
            fields.WriteTag(13, WireFormat.WireType.LengthDelimited);
            fields.WriteBytes(ByteString.CopyFrom(8, (byte)(IsDowngrading ? 1 : 0)));
        }

        return bytes.ToArray();
    }

    private AlarmResponse AnswerAlarm(AlarmRequest request)
    {
        var named = new AlarmMember { MemberID = request.MemberID, Alarm = request.Alarm };
        switch (request.Action)
        {
            case AlarmRequest.Types.AlarmAction.Activate:
                Alarms.Add(named);
                break;
            case AlarmRequest.Types.AlarmAction.Deactivate:
                Alarms.RemoveAll(alarm => alarm.Equals(named));
                break;
        }

        // As etcd does: asked, it names what is armed; told, what it has changed.
        return request.Action == AlarmRequest.Types.AlarmAction.Get
            ? new AlarmResponse { Header = Status.Header, Alarms = { Alarms } }
            : new AlarmResponse { Header = Status.Header, Alarms = { named } };
    }

    private DefragmentResponse Defragment()
    {
        Status.DbSize = Status.DbSizeInUse;

        // Empty, as etcd's is: it does not say who it was.
        return new DefragmentResponse();
    }

    private MoveLeaderResponse MoveLeader(MoveLeaderRequest request)
    {
        Status.Leader = request.TargetID;
        return new MoveLeaderResponse { Header = Status.Header };
    }

    private RangeResponse Range(RangeRequest request)
    {
        if (!request.RangeEnd.IsEmpty)
        {
            return new RangeResponse { Header = Status.Header, Kvs = { _keys.Values }, Count = _keys.Count };
        }

        var found = _keys.GetValueOrDefault(request.Key.ToStringUtf8());
        return found is null
            ? new RangeResponse { Header = Status.Header }
            : new RangeResponse { Header = Status.Header, Kvs = { found }, Count = 1 };
    }

    // Comparisons are with a value, or with the creation or the version of a key: whether it exists.
    private TxnResponse Txn(TxnRequest request)
    {
        var succeeded = request.Compare.All(compare => compare.Target == Compare.Types.CompareTarget.Value
            ? _keys.GetValueOrDefault(compare.Key.ToStringUtf8())?.Value == compare.Value
            : !_keys.ContainsKey(compare.Key.ToStringUtf8()));
        var answer = new TxnResponse { Header = Status.Header, Succeeded = succeeded };
        answer.Responses.AddRange((succeeded ? request.Success : request.Failure).Select(Carry));
        return answer;
    }

    private ResponseOp Carry(RequestOp operation)
    {
        switch (operation.RequestCase)
        {
            case RequestOp.RequestOneofCase.RequestRange:
                return new ResponseOp { ResponseRange = Range(operation.RequestRange) };
            case RequestOp.RequestOneofCase.RequestPut:
                var put = operation.RequestPut;
                var revision = ++Status.Header.Revision;
                _keys[put.Key.ToStringUtf8()] = new KeyValue
                {
                    Key = put.Key,
                    Value = put.Value,
                    Lease = put.Lease,
                    CreateRevision = revision,
                    ModRevision = revision,
                    Version = 1,
                };
                return new ResponseOp { ResponsePut = new PutResponse { Header = Status.Header } };
            default:
                var deleted = _keys.Remove(operation.RequestDeleteRange.Key.ToStringUtf8()) ? 1 : 0;
                return new ResponseOp { ResponseDeleteRange = new DeleteRangeResponse { Header = Status.Header, Deleted = deleted } };
        }
    }

    private LeaseGrantResponse Grant(LeaseGrantRequest request)
    {
        var id = request.ID != 0 ? request.ID : 1000 + _leases.Count;
        _leases[id] = request.TTL;
        return new LeaseGrantResponse { Header = Status.Header, ID = id, TTL = request.TTL };
    }

    private LeaseKeepAliveResponse KeepAlive(LeaseKeepAliveRequest request) =>
        new() { Header = Status.Header, ID = request.ID, TTL = _leases.GetValueOrDefault(request.ID) };

    private FakeReply Revoke(LeaseRevokeRequest request)
    {
        if (!_leases.Remove(request.ID))
        {
            return FakeReply.RefuseAtOnce(code: 5, "etcdserver: requested lease not found");
        }

        foreach (var key in _keys.Values.Where(key => key.Lease == request.ID).Select(key => key.Key.ToStringUtf8()).ToArray())
        {
            _keys.Remove(key);
        }

        return FakeReply.Message(new LeaseRevokeResponse { Header = Status.Header });
    }
}
