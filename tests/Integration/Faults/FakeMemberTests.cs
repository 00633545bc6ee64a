using EtcdDefrag.Connection;
using EtcdDefrag.Client;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Integration.Support.Network;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdDefrag.Integration.Faults;

/// <summary>The fake member answers the product's own client as a member would, well or ill, and writes down what it was asked.</summary>
[Collection(Alone.Name)]
public sealed class FakeMemberTests
{
    private static readonly EtcdConnectionOptions Options = new()
    {
        ConnectionTimeout = TimeSpan.FromSeconds(2),
        OperationTimeout = TimeSpan.FromSeconds(10),
    };

    private static IEtcdMember Connect(FakeMember fake, EtcdConnectionOptions? options = null) =>
        new EtcdConnector().Connect(EtcdEndpoint.Parse(fake.Endpoint), options ?? Options);

    private static async Task<EtcdException> FailureOfDefragmentAsync(FakeReply reply, TimeSpan? deadline = null)
    {
        await using var fake = await FakeMember.StartAsync();
        fake.On("Defragment", reply);
        using var member = Connect(fake, Options with { ConnectionTimeout = TimeSpan.FromMilliseconds(500) });
        var failure = await Assert.ThrowsAsync<EtcdException>(
            () => member.DefragmentAsync(deadline ?? TimeSpan.FromSeconds(10), () => { }, CancellationToken.None));
        Assert.Single(fake.CallsOf("Defragment"));
        return failure;
    }

    [Fact]
    public async Task It_plays_a_healthy_member_by_itself()
    {
        await using var fake = await FakeMember.StartAsync();
        using var member = Connect(fake);
        var before = await member.GetStatusAsync(CancellationToken.None);
        var listed = Assert.Single(await member.GetMemberListAsync(CancellationToken.None));
        await member.ReadAsync("health", CancellationToken.None);
        await member.DefragmentAsync(TimeSpan.FromSeconds(5), () => { }, CancellationToken.None);
        var after = await member.GetStatusAsync(CancellationToken.None);

        Assert.Equal(("a1", "3.6.10", "a1"), (before.MemberId, before.Version, before.LeaderId));
        Assert.Equal(fake.Endpoint, Assert.Single(listed.ClientUrls));
        Assert.Empty(await member.GetAlarmsAsync(CancellationToken.None));
        Assert.True(after.DbSize < before.DbSize);
        Assert.Equal(["Status", "MemberList", "Range", "Defragment", "Status", "Alarm"], fake.Calls.Select(call => call.Method));
        Assert.Equal("10000m", fake.Calls[0].Timeout);
    }

    [Fact]
    public async Task It_serves_metrics_on_the_same_port()
    {
        await using var fake = await FakeMember.StartAsync();
        fake.Metrics = "etcd_disk_defrag_inflight 1\n";
        using var http = new HttpClient();
        var metrics = new Uri($"{fake.Endpoint}/metrics");

        Assert.Equal(fake.Metrics, await http.GetStringAsync(metrics));
        Assert.Equal(1, fake.MetricsReads);
        fake.Metrics = null;
        using var missing = await http.GetAsync(metrics);
        Assert.Equal(404, (int)missing.StatusCode);
        Assert.Empty(fake.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_refusals_carry_code_and_message(bool trailersOnly)
    {
        const string Message = "etcdserver: 100 % ünwilling";
        var failure = await FailureOfDefragmentAsync(trailersOnly ? FakeReply.RefuseAtOnce(7, Message) : FakeReply.Refuse(7, Message));

        Assert.Equal((EtcdFailure.Refused, EtcdStatusCode.PermissionDenied), (failure.Failure, failure.Code));
        Assert.Equal(Message, failure.Detail);
    }

    public static TheoryData<string> Breaks { get; } = new("reset", "disconnect", "nothing", "half", "half, reset", "half, disconnect");

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Its_broken_answers_leave_the_outcome_open(string how)
    {
        var message = new DefragmentResponse { Header = new ResponseHeader { MemberId = 1, Revision = 5 } };
        var failure = await FailureOfDefragmentAsync(how switch
        {
            "reset" => FakeReply.Reset,
            "disconnect" => FakeReply.Disconnect,
            "nothing" => FakeReply.Nothing,
            "half" => FakeReply.Half(message),
            "half, reset" => FakeReply.Half(message, FakeReply.Reset),
            _ => FakeReply.Half(message, FakeReply.Disconnect),
        });

        Assert.True(failure.Failure == EtcdFailure.ConnectionLost, failure.ToString());
        Assert.True(failure.OutcomeIsOpen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_hanging_answers_run_into_the_deadline(bool half)
    {
        var message = new DefragmentResponse { Header = new ResponseHeader { MemberId = 1 } };
        var failure = await FailureOfDefragmentAsync(
            half ? FakeReply.Half(message, FakeReply.Hang) : FakeReply.Hang, TimeSpan.FromMilliseconds(100));

        Assert.Equal(EtcdFailure.TimedOut, failure.Failure);
    }

    [Fact]
    public async Task Its_handlers_may_take_their_time()
    {
        await using var fake = await FakeMember.StartAsync();
        var finish = new TaskCompletionSource();
        fake.On("Defragment", async (call, token) =>
        {
            await finish.Task.WaitAsync(token);
            return await fake.State.AnswerAsync(call, token);
        });
        using var member = Connect(fake);
        var running = member.DefragmentAsync(TimeSpan.FromSeconds(30), () => { }, CancellationToken.None);
        await fake.WaitForAsync("Defragment");

        // Another call on the same connection passes meanwhile.
        Assert.Equal(100 << 20, (await member.GetStatusAsync(CancellationToken.None)).DbSize);
        Assert.False(running.IsCompleted);
        finish.SetResult();
        await running;
    }

    [Fact]
    public async Task It_can_be_cut_off_by_its_network()
    {
        await using var fake = await FakeMember.StartAsync();
        fake.On("Defragment", FakeReply.Hang);
        using var member = Connect(fake);
        var running = member.DefragmentAsync(TimeSpan.FromSeconds(30), () => { }, CancellationToken.None);
        await fake.WaitForAsync("Defragment");
        fake.Network.Cut();
        var failure = await Assert.ThrowsAsync<EtcdException>(() => running);

        Assert.True(failure.Failure == EtcdFailure.ConnectionLost, failure.ToString());
        Assert.Equal(TcpBlackhole.None, fake.Network.Blackhole);
        await member.GetStatusAsync(CancellationToken.None);
    }

    [Fact]
    public async Task It_keeps_keys_and_leases()
    {
        var state = new FakeState();
        var lease = await CallAsync<LeaseGrantResponse>(Call("LeaseGrant", new LeaseGrantRequest { TTL = 20 }));
        var created = await CallAsync<TxnResponse>(Create("me", lease.ID));
        var again = await CallAsync<TxnResponse>(Create("you", lease.ID));

        Assert.True(created.Succeeded);
        Assert.False(again.Succeeded);
        Assert.Equal("me", again.Responses[0].ResponseRange.Kvs[0].Value.ToStringUtf8());
        Assert.Equal([lease.ID], state.Leases);
        await CallAsync<LeaseRevokeResponse>(Call("LeaseRevoke", new LeaseRevokeRequest { ID = lease.ID }));
        Assert.Empty(state.Keys);

        async Task<TMessage> CallAsync<TMessage>(FakeCall call) => (TMessage)(await state.AnswerAsync(call, CancellationToken.None)).Content!;
    }

    [Fact]
    public async Task Several_make_a_cluster()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        using var leader = Connect(cluster.Members[0]);
        using var follower = Connect(cluster.Members[1]);

        Assert.Equal(3, (await follower.GetMemberListAsync(CancellationToken.None)).Count);
        Assert.Equal(("a2", "a1"), (await follower.GetStatusAsync(CancellationToken.None)) is var status ? (status.MemberId, status.LeaderId) : default);
        cluster.Lead(cluster.Members[2]);
        Assert.Equal("a3", (await leader.GetStatusAsync(CancellationToken.None)).LeaderId);
    }

    private static FakeCall Create(string value, long lease)
    {
        var key = ByteString.CopyFromUtf8("lock");
        return Call("Txn", new TxnRequest
        {
            Compare = { new Compare { Key = key, Target = Compare.Types.CompareTarget.Create, CreateRevision = 0 } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = key, Value = ByteString.CopyFromUtf8(value), Lease = lease } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = key } } },
        });
    }

    private static FakeCall Call(string method, IMessage message) => new(method, At: 0, Timeout: "", message.ToByteArray());
}
