using System.Net;
using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Client;
using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Calls;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Unit.Support;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdDefrag.Unit.Client;

public sealed class MemberChannelTests
{
    private static readonly EtcdEndpoint Endpoint = EtcdEndpoint.Parse("http://127.0.0.1:2379");
    private static readonly EtcdConnectionOptions Options = new() { OperationTimeout = TimeSpan.FromSeconds(7) };

    private static EtcdMemberClient MemberBehind(FakeHandler handler) =>
        new(new MemberHttp(Endpoint, Options, handler), new ClusterTokens(), TimeProvider.System);

    private static Task<EtcdException> FailureOfStatusAsync(FakeHandler handler) =>
        Assert.ThrowsAsync<EtcdException>(() => MemberBehind(handler).GetStatusAsync(CancellationToken.None));

    [Fact]
    public async Task A_call_is_a_post_to_the_methods_path_with_one_frame_and_a_deadline()
    {
        var handler = FakeHandler.Answering(FakeHandler.Frame(new StatusResponse()), "0");

        await MemberBehind(handler).GetStatusAsync(CancellationToken.None);

        var (request, body) = Assert.Single(handler.Sent);
        Assert.Equal("http://127.0.0.1:2379/etcdserverpb.Maintenance/Status", request.RequestUri!.AbsoluteUri);
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal(HttpVersion.Version20, request.Version);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, request.VersionPolicy);
        Assert.Equal("trailers", request.Headers.TE.ToString());
        Assert.Equal("7000m", request.Headers.GetValues("grpc-timeout").Single());
        Assert.Equal("etcd-defrag", request.Headers.UserAgent.ToString());
        Assert.Equal(["grpc-timeout", "TE", "User-Agent"], request.Headers.Select(h => h.Key).Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal(new byte[5], body);
    }

    [Fact]
    public async Task What_etcd_3_6_adds_to_a_status_is_read()
    {
        // storageVersion "3.6.0", dbSizeQuota 2 GiB, downgradeInfo { enabled, targetVersion "3.5.0" }, and a field of a version to come.
        byte[] fields = [0x5a, 5, .. "3.6.0"u8, 0x60, 0x80, 0x80, 0x80, 0x80, 0x08, 0x6a, 9, 0x08, 1, 0x12, 5, .. "3.5.0"u8, 0xa0, 0x06, 7];
        byte[] frame = [0, 0, 0, 0, (byte)fields.Length, .. fields];

        var status = await MemberBehind(FakeHandler.Answering(frame, "0")).GetStatusAsync(CancellationToken.None);

        Assert.Equal((2L << 30, EtcdQuotaSource.Status, true), (status.DbQuota, status.DbQuotaSource, status.IsDowngrading));
    }

    [Theory]
    [InlineData(new byte[] { 0x60, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, EtcdQuotaSource.None)] // -1
    [InlineData(new byte[] { }, EtcdQuotaSource.Unknown)]
    [InlineData(new byte[] { 0x62, 1, 0 }, EtcdQuotaSource.Unknown)]                                                   // bytes instead of a number
    public async Task Without_a_quota_a_status_says_so(byte[] fields, EtcdQuotaSource expected)
    {
        byte[] frame = [0, 0, 0, 0, (byte)fields.Length, .. fields];

        var status = await MemberBehind(FakeHandler.Answering(frame, "0")).GetStatusAsync(CancellationToken.None);

        Assert.Equal((null, expected, false), (status.DbQuota, status.DbQuotaSource, status.IsDowngrading));
    }

    [Fact]
    public async Task A_field_of_etcd_3_6_that_cannot_be_read_is_a_failure()
    {
        var failure = await FailureOfStatusAsync(FakeHandler.Answering([0, 0, 0, 0, 3, 0x6a, 1, 0x08], "0"));

        Assert.Equal(EtcdFailure.NotEtcd, failure.Failure);
        Assert.StartsWith("its answer to Status cannot be read: ", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_is_read_field_by_field_with_ids_in_hexadecimal()
    {
        var answer = new StatusResponse
        {
            Header = new ResponseHeader { ClusterId = 0xcdf818194e3a8c32, MemberId = 0x8e9e05c52164694d, Revision = 42 },
            Version = "3.5.16",
            DbSize = 4096,
            DbSizeInUse = 1024,
            Leader = 0x8e9e05c52164694d,
            RaftIndex = 9,
            RaftTerm = 2,
            RaftAppliedIndex = 8,
            IsLearner = false,
            Errors = { "etcdserver: no leader" },
        };

        var status = await MemberBehind(FakeHandler.Answering(FakeHandler.Frame(answer), "0")).GetStatusAsync(CancellationToken.None);

        Assert.Equal(("8e9e05c52164694d", "cdf818194e3a8c32", "3.5.16"), (status.MemberId, status.ClusterId, status.Version));
        Assert.Equal((4096, 1024, 3072, 0.75), (status.DbSize, status.DbSizeInUse, status.DbSizeFree, status.FragmentedRatio));
        Assert.Equal((42, 9UL, 2UL, 8UL, 1UL), (status.Revision, status.RaftIndex, status.RaftTerm, status.RaftAppliedIndex, status.RaftLag));
        Assert.True(status.IsLeader);
        Assert.Equal(["etcdserver: no leader"], status.Errors);
    }

    [Theory]
    [InlineData("7", EtcdStatusCode.PermissionDenied)]
    [InlineData("16", EtcdStatusCode.Unauthenticated)]
    [InlineData("99", EtcdStatusCode.Unknown)]
    [InlineData("nonsense", EtcdStatusCode.Unknown)]
    public async Task A_refusal_in_the_trailers_says_code_endpoint_call_and_etcds_message(string code, EtcdStatusCode expected)
    {
        var failure = await FailureOfStatusAsync(FakeHandler.Answering([], code, "etcdserver: permission denied"));

        Assert.Equal((EtcdFailure.Refused, expected), (failure.Failure, failure.Code));
        Assert.Equal(("Status", "etcdserver: permission denied"), (failure.Call, failure.Detail));
        Assert.Equal(Endpoint, failure.Endpoint);
        Assert.Contains("http://127.0.0.1:2379 refused Status: etcdserver: permission denied", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_without_a_body_is_read_from_the_headers()
    {
        var handler = new FakeHandler((_, _) => Task.FromResult(FakeHandler.TrailersOnly("14", "etcdserver: rpc not supported for learner")));

        var failure = await FailureOfStatusAsync(handler);

        Assert.Equal((EtcdFailure.Refused, EtcdStatusCode.Unavailable), (failure.Failure, failure.Code));
        Assert.Equal("etcdserver: rpc not supported for learner", failure.Detail);
    }

    [Fact]
    public async Task A_message_of_the_server_is_percent_decoded()
    {
        var failure = await FailureOfStatusAsync(FakeHandler.Answering([], "2", "50%25 of %E2%82%AC used"));

        Assert.Equal("50% of € used", failure.Detail);
    }

    [Fact]
    public async Task The_servers_own_deadline_leaves_the_outcome_open()
    {
        var failure = await FailureOfStatusAsync(FakeHandler.Answering([], "4", "context deadline exceeded"));

        Assert.Equal(EtcdFailure.TimedOut, failure.Failure);
        Assert.True(failure.OutcomeIsOpen);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0xff, 0xff, 0xff, 0xff }, "its answer to Status cannot be read: Message too large")]
    [InlineData(new byte[] { 0, 0, 0x40, 0, 1 }, "its answer to Status cannot be read: Received message exceeds the maximum")] // 4 MiB and a byte
    public async Task An_answer_that_is_too_large_is_not_read(byte[] frame, string expected)
    {
        var failure = await FailureOfStatusAsync(FakeHandler.Answering(frame, "0"));

        Assert.Equal(EtcdFailure.NotEtcd, failure.Failure);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string?, EtcdFailure> Broken => new()
    {
        { new byte[] { 0, 0, 0 }, "0", EtcdFailure.ConnectionLost },               // ends within the frame's header
        { new byte[] { 0, 0, 0, 0, 9, 1 }, "0", EtcdFailure.ConnectionLost },      // ends within the message
        { Array.Empty<byte>(), null, EtcdFailure.ConnectionLost },                 // ends without a status
        { new byte[] { 0, 0, 0, 0, 0 }, null, EtcdFailure.ConnectionLost },        // a message and no status
        { Array.Empty<byte>(), "0", EtcdFailure.NotEtcd },                         // success without a message
        { new byte[] { 1, 0, 0, 0, 0 }, "0", EtcdFailure.NotEtcd },                // compressed
        { new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "0", EtcdFailure.NotEtcd }, // two messages
        { new byte[] { 0, 0, 0, 0, 1, 0x0a }, "0", EtcdFailure.NotEtcd },          // no protobuf
    };

    [Fact]
    public async Task A_snapshot_comes_part_by_part_and_ends_with_its_status()
    {
        byte[] body = [.. Part("ab", 2), .. Part("cd", 0)];
        var handler = FakeHandler.Answering(body, "0");

        var parts = await ReadSnapshotAsync(handler);

        Assert.Equal([("ab", 2L), ("cd", 0L)], parts);
        Assert.False(handler.Sent.Single().Request.Headers.Contains("grpc-timeout"));
    }

    [Theory]
    [InlineData(null, 0, EtcdFailure.ConnectionLost)] // no status
    [InlineData("0", 1, EtcdFailure.ConnectionLost)]  // ends within the second part
    [InlineData("13", 0, EtcdFailure.Refused)]
    public async Task Half_a_snapshot_is_a_failure_after_the_parts_that_came(string? status, int missing, EtcdFailure expected)
    {
        byte[] body = [.. Part("ab", 2), .. Part("cd", 0)];
        var parts = new List<(string, long)>();

        var failure = await Assert.ThrowsAsync<EtcdException>(() => ReadSnapshotAsync(FakeHandler.Answering(body[..^missing], status, "etcdserver: no space"), parts));

        Assert.Equal((expected, "Snapshot"), (failure.Failure, failure.Call));
        Assert.Equal(("ab", 2L), parts[0]);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Half_an_answer_is_a_failure_and_never_a_success(byte[] body, string? status, EtcdFailure expected)
    {
        var failure = await FailureOfStatusAsync(FakeHandler.Answering(body, status));

        Assert.Equal(expected, failure.Failure);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "application/grpc", "it answers HTTP 404, not gRPC")]
    [InlineData(HttpStatusCode.Found, "application/grpc", "it answers HTTP 302, not gRPC")]
    [InlineData(HttpStatusCode.OK, "text/html", "it answers with text/html, not gRPC")]
    [InlineData(HttpStatusCode.OK, null, "it answers with no content type, not gRPC")]
    public async Task A_server_that_answers_something_else_is_not_etcd(HttpStatusCode code, string? type, string expected)
    {
        var handler = new FakeHandler((_, _) =>
        {
            var response = new HttpResponseMessage(code) { Version = HttpVersion.Version20, Content = new ByteArrayContent([]) };
            response.Content.Headers.TryAddWithoutValidation("content-type", type);
            return Task.FromResult(response);
        });

        var failure = await FailureOfStatusAsync(handler);

        Assert.Equal(EtcdFailure.NotEtcd, failure.Failure);
        Assert.EndsWith($"{expected}.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_failure_of_the_member()
    {
        using var cancel = new CancellationTokenSource();
        var handler = new FakeHandler(async (_, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It goes on after a cancellation.");
        });

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MemberBehind(handler).GetStatusAsync(cancel.Token));

        Assert.Equal(cancel.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task The_deadline_is_a_failure_that_leaves_the_outcome_open()
    {
        var handler = new FakeHandler(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It goes on after a cancellation.");
        });
        var options = new EtcdConnectionOptions { ConnectionTimeout = TimeSpan.FromMilliseconds(1) };
        var member = new EtcdMemberClient(new MemberHttp(Endpoint, options, handler), new ClusterTokens(), TimeProvider.System);

        var failure = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromMilliseconds(20), () => { }, CancellationToken.None));

        Assert.Equal((EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded), (failure.Failure, failure.Code));
        Assert.True(failure.OutcomeIsOpen);
        Assert.Contains("no answer within 0.02 s", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 9, 59, true)]
    [InlineData(60, 9, 60, false)] // all of it together is less than the time to connect and the deadline
    [InlineData(5, 9, 4, true)]
    [InlineData(5, 15, 0, false)]
    public async Task The_deadline_begins_when_there_is_a_connection(int deadline, int connecting, int answering, bool isAnswered)
    {
        var time = new FakeTime();
        var handler = new FakeHandler(
            (_, token) =>
            {
                time.Advance(TimeSpan.FromSeconds(answering));
                token.ThrowIfCancellationRequested();
                return Task.FromResult(FakeHandler.Response(new byte[5], "0"));
            },
            connect: () => time.Advance(TimeSpan.FromSeconds(connecting)));
        var options = new EtcdConnectionOptions { ConnectionTimeout = TimeSpan.FromSeconds(10) };
        var member = new EtcdMemberClient(new MemberHttp(Endpoint, options, handler), new ClusterTokens(), time);

        var failure = await Record.ExceptionAsync(() => member.DefragmentAsync(TimeSpan.FromSeconds(deadline), () => { }, CancellationToken.None));

        Assert.Equal(isAnswered ? null : EtcdFailure.TimedOut, (failure as EtcdException)?.Failure);
    }

    [Fact]
    public async Task A_snapshot_that_is_read_no_further_is_given_up()
    {
        var calls = new List<EtcdCall>();
        var answer = new EndlessSnapshot(Part("ab", 2));
        var handler = new FakeHandler((_, _) =>
        {
            var response = FakeHandler.Response([], status: null);
            response.Content = new StreamContent(answer) { Headers = { ContentType = response.Content.Headers.ContentType } };
            return Task.FromResult(response);
        });
        var member = new EtcdMemberClient(new MemberHttp(Endpoint, Options, handler), new ClusterTokens(), TimeProvider.System, calls.Add);

        await foreach (var part in member.ReadSnapshotAsync(CancellationToken.None))
        {
            Assert.Equal(2, part.RemainingBytes);
            break;
        }

        Assert.True(answer.IsClosed);
        Assert.IsType<OperationCanceledException>(Assert.Single(calls).Failure);
    }

    [Fact]
    public async Task Every_call_is_reported_when_it_has_ended_with_why_it_failed()
    {
        var calls = new List<EtcdCall>();
        var isFirst = true;
        var handler = new FakeHandler((_, _) =>
        {
            (var answer, isFirst) = (isFirst ? FakeHandler.Response(new byte[5], "0") : FakeHandler.TrailersOnly("7", "no"), false);
            return Task.FromResult(answer);
        });
        var member = new EtcdMemberClient(new MemberHttp(Endpoint, Options, handler), new ClusterTokens(), TimeProvider.System, calls.Add);

        await member.GetStatusAsync(CancellationToken.None);
        var failure = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(1), () => { }, CancellationToken.None));

        Assert.Equal(["/etcdserverpb.Maintenance/Status", "/etcdserverpb.Maintenance/Defragment"], calls.Select(c => c.Method));
        Assert.Equal([null, failure], calls.Select(c => c.Failure));
    }

    [Theory]
    [InlineData(0.02, "20m")]
    [InlineData(0, "1m")]
    [InlineData(90_000, "90000000m")]
    [InlineData(864_000, "864000S")]
    public void The_deadline_is_written_in_at_most_eight_digits(double seconds, string expected) =>
        Assert.Equal(expected, CallHandler.WriteTimeout(TimeSpan.FromSeconds(seconds)));

    private static byte[] Part(string text, ulong remaining) =>
        FakeHandler.Frame(new SnapshotResponse { Blob = ByteString.CopyFromUtf8(text), RemainingBytes = remaining });

    private static async Task<List<(string Text, long Remaining)>> ReadSnapshotAsync(FakeHandler handler, List<(string, long)>? into = null)
    {
        into ??= [];
        await foreach (var part in MemberBehind(handler).ReadSnapshotAsync(CancellationToken.None))
        {
            into.Add((Encoding.UTF8.GetString(part.Data.Span), part.RemainingBytes));
        }

        return into;
    }

    /// <summary>The same part again and again.</summary>
    private sealed class EndlessSnapshot(byte[] part) : MemoryStream(part, writable: false)
    {
        public bool IsClosed { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Position = Position == Length ? 0 : Position;
            return await base.ReadAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
