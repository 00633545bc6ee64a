using System.Collections.Concurrent;
using EtcdDefrag.Connection;
using EtcdDefrag.Client;
using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Connecting;
using Etcdserverpb;

namespace EtcdDefrag.Unit.Client;

/// <summary>Calls as a user, over a member that gives the tokens t1, t2, ... and takes those that a test says.</summary>
public sealed class AuthenticationTests
{
    private const string InvalidToken = "etcdserver: invalid auth token";

    private static readonly EtcdEndpoint Endpoint = EtcdEndpoint.Parse("http://127.0.0.1:2379");
    private static readonly EtcdConnectionOptions Options = new() { Credential = new EtcdCredential("root", "secret") };

    private readonly List<string> _calls = [];
    private int _given;

    [Fact]
    public async Task A_token_is_had_once_and_sent_with_every_call()
    {
        var member = Member(_ => Ok());

        await member.GetStatusAsync(CancellationToken.None);
        await member.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status t1", "Status t1"], _calls);
    }

    [Fact]
    public async Task A_fresh_connection_to_the_same_address_need_not_authenticate_again()
    {
        var token = new ClusterTokens();

        await Member(_ => Ok(), token: token).GetStatusAsync(CancellationToken.None);
        await Member(_ => Ok(), token: token).GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status t1", "Status t1"], _calls);
    }

    [Fact]
    public async Task Two_clusters_are_shown_their_own_tokens_alone()
    {
        var tokens = new ClusterTokens();
        var members = ((string[])["a", "b"]).Select(name =>
        {
            var shown = new ConcurrentBag<string>();
            var handler = new FakeHandler((request, _) =>
            {
                var call = request.RequestUri!.Segments[^1];
                var token = request.Headers.TryGetValues("token", out var values) ? values.Single() : "-";
                shown.Add($"{call} {token}");
                return Task.FromResult(call == "Authenticate" ? FakeHandler.Response(FakeHandler.Frame(new AuthenticateResponse { Token = name }), "0")
                    : token == name ? Ok() : FakeHandler.TrailersOnly("16", InvalidToken));
            });
            return (Port: new EtcdMemberClient(new MemberHttp(EtcdEndpoint.Parse($"http://{name}:2379"), Options, handler), tokens, TimeProvider.System), Name: name, Shown: shown);
        }).ToArray();

        for (var i = 0; i < 5; i++)
        {
            await Task.WhenAll(members.Select(m => m.Port.GetStatusAsync(CancellationToken.None)));
        }

        Assert.All(members, m => Assert.Equal(["Authenticate -", .. Enumerable.Repeat($"Status {m.Name}", 5)], m.Shown.Order()));
    }

    [Fact]
    public async Task A_learner_is_shown_the_token_that_another_member_gave()
    {
        var tokens = new ClusterTokens();
        await Member(_ => Ok(), token: tokens).GetStatusAsync(CancellationToken.None);
        _calls.Clear();

        var learner = Member(_ => Ok(), authenticate: () => FakeHandler.TrailersOnly("14", "etcdserver: rpc not supported for learner"), token: tokens, host: "learner");
        await learner.GetStatusAsync(CancellationToken.None);
        await learner.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status t1", "Status t1"], _calls);
    }

    [Fact]
    public async Task Nobody_needs_a_token_where_no_user_was_given()
    {
        await Member(_ => Ok(), new EtcdConnectionOptions()).GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Status -"], _calls);
    }

    [Theory]
    [InlineData("16", InvalidToken)]
    [InlineData("3", "etcdserver: revision of auth store is old")]
    [InlineData("2", "auth: invalid auth token")]
    [InlineData("2", "auth: revision in header is old")]
    public async Task A_call_that_is_refused_for_its_token_is_made_once_more_with_a_new_one(string code, string message)
    {
        var member = Member(token => token == "t1" ? FakeHandler.TrailersOnly(code, message) : Ok());

        await member.GetStatusAsync(CancellationToken.None);
        await member.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status t1", "Authenticate", "Status t2", "Status t2"], _calls);
    }

    [Fact]
    public async Task A_stream_that_is_refused_for_its_token_is_begun_once_more_with_a_new_one()
    {
        var member = Member(token => token == "t1" ? FakeHandler.TrailersOnly("2", "auth: invalid auth token")
            : FakeHandler.Response(FakeHandler.Frame(new SnapshotResponse { RemainingBytes = 7 }), "0"));
        var parts = new List<long>();

        await foreach (var part in member.ReadSnapshotAsync(CancellationToken.None))
        {
            parts.Add(part.RemainingBytes);
        }

        Assert.Equal([7], parts);
        Assert.Equal(["Authenticate", "Snapshot t1", "Authenticate", "Snapshot t2"], _calls);
    }

    [Fact]
    public async Task It_is_not_made_a_third_time()
    {
        var member = Member(_ => FakeHandler.TrailersOnly("16", InvalidToken));

        var refused = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(60), () => { }, CancellationToken.None));

        Assert.Equal(EtcdStatusCode.Unauthenticated, refused.Code);
        Assert.Equal(["Authenticate", "Defragment t1", "Authenticate", "Defragment t2"], _calls);
    }

    [Theory]
    [InlineData("7", "etcdserver: permission denied")]
    [InlineData("14", "etcdserver: no leader")]
    [InlineData("3", "etcdserver: user name is empty")]
    [InlineData("2", "auth: invalid auth management")]
    public async Task What_is_refused_for_another_reason_is_not_made_again(string code, string message)
    {
        var member = Member(_ => FakeHandler.TrailersOnly(code, message));

        var refused = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(60), () => { }, CancellationToken.None));

        Assert.Equal(message, refused.Detail);
        Assert.Equal(["Authenticate", "Defragment t1"], _calls);
    }

    [Fact]
    public async Task Where_authentication_is_off_there_is_no_token_and_none_is_asked_for_again()
    {
        var member = Member(_ => Ok(), authenticate: () => FakeHandler.TrailersOnly("9", "etcdserver: authentication is not enabled"));

        await member.GetStatusAsync(CancellationToken.None);
        await member.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status -", "Status -"], _calls);
    }

    [Fact]
    public async Task A_wrong_password_is_told_by_the_member_and_not_repeated_by_us()
    {
        var member = Member(_ => Ok(), authenticate: () => FakeHandler.TrailersOnly("3", "etcdserver: authentication failed, invalid user ID or password"));

        var refused = await Assert.ThrowsAsync<EtcdException>(() => member.GetStatusAsync(CancellationToken.None));

        Assert.Equal("Authenticate", refused.Call);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(["Authenticate"], _calls);
    }

    [Theory]
    [InlineData("14")] // to etcd 3.5
    [InlineData("9")] // from etcd 3.6
    public async Task A_learner_takes_a_token_and_is_asked_without_one_where_nobody_gave_any(string code)
    {
        var member = Member(_ => Ok(), authenticate: () => FakeHandler.TrailersOnly(code, "etcdserver: rpc not supported for learner"));

        await member.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status -"], _calls);
    }

    [Fact]
    public async Task A_learner_waits_for_the_token_that_another_member_is_about_to_give()
    {
        var tokens = new ClusterTokens();
        var given = new TaskCompletionSource<string>();
        var other = tokens.KeepAsync(EtcdEndpoint.Parse("http://voter:2379"), given.Task);
        var learner = Member(_ => Ok(), authenticate: () => FakeHandler.TrailersOnly("9", "etcdserver: rpc not supported for learner"), token: tokens);

        var status = learner.GetStatusAsync(CancellationToken.None);
        Assert.False(status.IsCompleted);
        given.SetResult("t9");
        await status;

        Assert.Equal("t9", await other);
        Assert.Equal(["Authenticate", "Status t9"], _calls);
    }

    [Fact]
    public async Task A_learner_waits_no_longer_than_connecting_may_take()
    {
        var tokens = new ClusterTokens();
        var given = new TaskCompletionSource<string>();
        var other = tokens.KeepAsync(EtcdEndpoint.Parse("http://voter:2379"), given.Task);
        var quick = Options with { ConnectionTimeout = TimeSpan.FromMilliseconds(1) };
        var learner = Member(_ => Ok(), quick, () => FakeHandler.TrailersOnly("9", "etcdserver: rpc not supported for learner"), tokens);

        await learner.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["Authenticate", "Status -"], _calls);
        given.SetCanceled();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task Where_no_token_can_be_had_for_want_of_a_leader_that_is_the_reason_and_not_a_missing_user()
    {
        var member = Member(
            _ => FakeHandler.TrailersOnly("3", "etcdserver: user name is empty"), authenticate: () => FakeHandler.TrailersOnly("14", "etcdserver: no leader"));

        var read = await Assert.ThrowsAsync<EtcdException>(() => member.ReadAsync("health", CancellationToken.None));
        var access = await Assert.ThrowsAsync<EtcdException>(() => member.GetAccessAsync(CancellationToken.None));

        Assert.Equal(("Authenticate", "etcdserver: no leader"), (read.Call, read.Detail));
        Assert.Equal(("Authenticate", EtcdStatusCode.Unavailable), (access.Call, access.Code));
    }

    [Fact]
    public async Task A_defragmentation_for_which_no_new_token_can_be_had_was_not_begun_and_is_not_asked_for_as_nobody()
    {
        var member = Member(
            _ => FakeHandler.TrailersOnly("16", InvalidToken),
            authenticate: () => _given == 0 ? Token() : FakeHandler.TrailersOnly("14", "etcdserver: no leader"));

        var refused = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(60), () => { }, CancellationToken.None));

        Assert.Equal(("Authenticate", "etcdserver: no leader"), (refused.Call, refused.Detail));
        Assert.False(refused.OutcomeIsOpen);
        Assert.Equal(["Authenticate", "Defragment t1", "Authenticate"], _calls);
    }

    [Theory]
    [InlineData(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded)]
    [InlineData(EtcdFailure.ConnectionLost, EtcdStatusCode.Unavailable)]
    [InlineData(EtcdFailure.Refused, EtcdStatusCode.Unavailable)]
    public void An_outcome_is_open_where_the_call_itself_failed_and_not_the_Authenticate_before_it(EtcdFailure failure, EtcdStatusCode code)
    {
        Assert.True(new EtcdException(failure, code, Endpoint, "Defragment", "of the test").OutcomeIsOpen);
        Assert.False(new EtcdException(failure, code, Endpoint, "Authenticate", "of the test").OutcomeIsOpen);
    }

    [Fact]
    public async Task Nothing_is_changed_as_nobody_where_a_user_was_given()
    {
        var member = Member(_ => Ok(), authenticate: () => FakeHandler.TrailersOnly("14", "etcdserver: no leader"));

        var refused = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(60), () => { }, CancellationToken.None));

        Assert.Equal("Authenticate", refused.Call);
        Assert.Equal(["Authenticate"], _calls);
    }

    private EtcdMemberClient Member(
        Func<string?, HttpResponseMessage> answer, EtcdConnectionOptions? options = null, Func<HttpResponseMessage>? authenticate = null, ClusterTokens? token = null, string host = "127.0.0.1")
    {
        var handler = new FakeHandler((request, _) =>
        {
            var call = request.RequestUri!.Segments[^1];
            var shown = request.Headers.TryGetValues("token", out var values) ? values.Single() : null;
            _calls.Add(call == "Authenticate" ? call : $"{call} {shown ?? "-"}");
            return Task.FromResult(call != "Authenticate" ? answer(shown) : authenticate?.Invoke() ?? Token());
        });
        return new EtcdMemberClient(new MemberHttp(EtcdEndpoint.Parse($"http://{host}:2379"), options ?? Options, handler), token ?? new ClusterTokens(), TimeProvider.System);
    }

    private HttpResponseMessage Token() => FakeHandler.Response(FakeHandler.Frame(new AuthenticateResponse { Token = $"t{++_given}" }), "0");

    private static HttpResponseMessage Ok() => FakeHandler.Response(FakeHandler.Frame(new StatusResponse()), "0");
}
