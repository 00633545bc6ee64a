using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Client;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;
using Etcdserverpb;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace EtcdDefrag.Unit.Client;

/// <summary>Connections from one piece of work to the next: who gets one, and who must not.</summary>
public sealed class SessionConnectionsTests : IDisposable
{
    private static readonly EtcdEndpoint Endpoint = EtcdEndpoint.Parse("https://127.0.0.1:2379");

    private readonly CertificateFolder _files = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SessionConnections _session;
    private readonly List<string> _calls = [];
    private int _tokens;
    private string _revoked = "";
    private bool _isAuthenticationDisabled;

    public SessionConnectionsTests() => _session = new SessionConnections(_time);

    public void Dispose()
    {
        _session.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Later_work_goes_over_the_connection_that_earlier_work_made()
    {
        await using var server = await StartAsync();

        await GetStatusAsync(server);
        await GetStatusAsync(server);

        Assert.Equal((2, 1), (server.Calls, server.Connections));
    }

    [Fact]
    public async Task Two_pieces_of_work_at_once_have_a_connection_each()
    {
        await using var server = await StartAsync();
        using var first = Connect(server);
        using var second = Connect(server);

        await Task.WhenAll(first.GetStatusAsync(CancellationToken.None), second.GetStatusAsync(CancellationToken.None));

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_connection_that_nobody_has_used_before_is_a_new_one()
    {
        await using var server = await StartAsync();
        await GetStatusAsync(server);

        using (var member = Connector().ConnectAnew(EtcdEndpoint.Parse(server.Endpoint), new()))
        {
            await member.GetStatusAsync(CancellationToken.None);
        }

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_the_connection()
    {
        var fails = true;
        await using var server = await FakeEtcd.StartAsync(context =>
            fails ? FakeEtcd.AnswerAsync(context, [1, 2, 3], "0") : AnswerStatusAsync(context));
        await Assert.ThrowsAsync<EtcdException>(() => GetStatusAsync(server));
        fails = false;

        await GetStatusAsync(server);

        Assert.Equal((2, 2), (server.Calls, server.Connections));
    }

    [Fact]
    public async Task A_call_that_was_given_up_ends_the_connection()
    {
        var begun = new TaskCompletionSource();
        using var givenUp = new CancellationTokenSource();
        var hangs = true;
        await using var server = await FakeEtcd.StartAsync(context =>
        {
            begun.TrySetResult();
            return hangs ? Task.Delay(Timeout.Infinite, context.RequestAborted) : AnswerStatusAsync(context);
        });
        using (var member = Connect(server))
        {
            var call = member.GetStatusAsync(givenUp.Token);
            await begun.Task;
            await givenUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        hangs = false;
        await GetStatusAsync(server);

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        await using var server = await FakeEtcd.StartAsync(context => FakeEtcd.AnswerAsync(context, [], "8", "too many requests"));

        await Assert.ThrowsAsync<EtcdException>(() => GetStatusAsync(server));
        await Assert.ThrowsAsync<EtcdException>(() => GetStatusAsync(server));

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_member_that_was_replaced_behind_its_address_answers_for_itself()
    {
        var old = await StartAsync(memberId: 0xA);
        var port = new Uri(old.Endpoint).Port;
        var before = await GetStatusAsync(old);
        await old.DisposeAsync();

        await using var server = await StartAsync(memberId: 0xB, port);
        var after = await GetStatusAsync(server);

        Assert.Equal(("a", "b"), (before.MemberId, after.MemberId));
    }

    [Fact]
    public async Task A_token_stays_with_its_connection_and_with_the_password_that_it_was_issued_for()
    {
        await using var server = await StartAsync();

        await GetStatusAsync(server, As("secret"));
        await GetStatusAsync(server, As("secret"));
        await GetStatusAsync(server, As("changed"));
        await GetStatusAsync(server, As("secret"));
        await GetStatusAsync(server);

        Assert.Equal(["Authenticate", "Status t1", "Status t1", "Authenticate", "Status t2", "Status t1", "Status -"], _calls);
    }

    [Fact]
    public async Task A_token_that_is_no_longer_good_is_renewed()
    {
        await using var server = await StartAsync();
        await GetStatusAsync(server, As("secret"));
        _revoked = "t1";

        await GetStatusAsync(server, As("secret"));
        await GetStatusAsync(server, As("secret"));

        Assert.Equal(["Authenticate", "Status t1", "Status t1", "Authenticate", "Status t2", "Status t2"], _calls);
    }

    [Fact]
    public async Task Authentication_that_was_enabled_meanwhile_is_noticed()
    {
        await using var server = await StartAsync();
        _isAuthenticationDisabled = true;
        await GetStatusAsync(server, As("secret"));
        _isAuthenticationDisabled = false;

        await GetStatusAsync(server, As("secret"));

        Assert.Equal(["Authenticate", "Status -", "Authenticate", "Status t1"], _calls);
    }

    [Theory]
    [InlineData("endpoint")]
    [InlineData("connection timeout")]
    [InlineData("server name")]
    [InlineData("unchecked")]
    [InlineData("user")]
    [InlineData("password")]
    [InlineData("authorities")]
    [InlineData("certificate")]
    [InlineData("certificate without its intermediate")]
    public void With_another_setting_it_is_another_connection(string setting)
    {
        using var other = new CertificateFolder();
        var chained = EtcdClientCertificate.FromPem(_files["two.crt"], _files["client.key"]);
        var options = new EtcdConnectionOptions
        {
            CertificateAuthorities = EtcdCertificateAuthorities.FromFile(_files["ca.crt"]),
            ClientCertificate = chained,
            Credential = new EtcdCredential("root", "secret"),
        };
        var open = _session.Take(Endpoint, options, proxy: null);
        _session.Return(open, isSound: true);

        var changed = setting switch
        {
            "connection timeout" => options with { ConnectionTimeout = TimeSpan.FromSeconds(3) },
            "server name" => options with { ServerName = "example.test" },
            "unchecked" => options with { SkipCertificateCheck = true },
            "user" => options with { Credential = new EtcdCredential("other", "secret") },
            "password" => options with { Credential = new EtcdCredential("root", "other") },
            "authorities" => options with { CertificateAuthorities = EtcdCertificateAuthorities.FromFile(other["ca.crt"]) },
            "certificate" => options with { ClientCertificate = EtcdClientCertificate.FromPem(other["client.crt"], other["client.key"]) },
            "certificate without its intermediate" => options with { ClientCertificate = EtcdClientCertificate.FromPem(_files["client.crt"], _files["client.key"]) },
            _ => options,
        };
        var endpoint = setting == "endpoint" ? EtcdEndpoint.Parse("https://127.0.0.1:2380") : Endpoint;

        using var second = _session.Take(endpoint, changed, proxy: null);
        Assert.NotSame(open, second);
        Assert.Same(open, _session.Take(Endpoint, options with { OperationTimeout = TimeSpan.FromSeconds(1) }, proxy: null));
        open.Dispose();
    }

    [Fact]
    public void A_certificate_counts_by_what_its_file_holds_now()
    {
        var open = _session.Take(Endpoint, FromFile(), proxy: null);
        _session.Return(open, isSound: true);
        Assert.Same(open, _session.Take(Endpoint, FromFile(), proxy: null));
        _session.Return(open, isSound: true);
        using var other = new CertificateFolder();
        File.Copy(other["both.pem"], _files["both.pem"], overwrite: true);

        using var second = _session.Take(Endpoint, FromFile(), proxy: null);

        Assert.NotSame(open, second);

        EtcdConnectionOptions FromFile() => new() { ClientCertificate = EtcdClientCertificate.FromPem(_files["both.pem"], keyPath: null) };
    }

    [Fact]
    public void A_certificate_whose_owner_has_disposed_of_it_is_used_no_more()
    {
        var own = _files.Certificate.Export(X509ContentType.Pkcs12);
        var disposed = new X509Certificate2(own);
        var open = _session.Take(Endpoint, new() { ClientCertificate = EtcdClientCertificate.From(disposed) }, proxy: null);
        _session.Return(open, isSound: true);
        disposed.Dispose();
        using var loaded = new X509Certificate2(own);

        using var second = _session.Take(Endpoint, new() { ClientCertificate = EtcdClientCertificate.From(loaded) }, proxy: null);

        Assert.NotSame(open, second);
        Assert.True(IsClosed(open));
    }

    [Fact]
    public void After_its_lifetime_it_is_closed_idle_or_not()
    {
        using var idle = _session.Take(Endpoint, new(), proxy: null);
        using var used = _session.Take(EtcdEndpoint.Parse("https://127.0.0.1:2380"), new(), proxy: null);
        _session.Return(idle, isSound: true);
        _time.Advance(SessionConnections.Lifetime - TimeSpan.FromTicks(1));
        Assert.False(IsClosed(idle));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(IsClosed(idle));
        Assert.False(IsClosed(used));

        _session.Return(used, isSound: true);
        Assert.True(IsClosed(used));
    }

    [Fact]
    public void Using_it_does_not_make_it_younger()
    {
        using var open = _session.Take(Endpoint, new(), proxy: null);
        _session.Return(open, isSound: true);
        _time.Advance(SessionConnections.Lifetime / 2);
        Assert.Same(open, _session.Take(Endpoint, new(), proxy: null));
        _time.Advance(SessionConnections.Lifetime / 4);
        _session.Return(open, isSound: true);

        _time.Advance(SessionConnections.Lifetime / 4);

        Assert.True(IsClosed(open));
    }

    [Fact]
    public void Of_two_to_one_address_one_is_kept()
    {
        using var first = _session.Take(Endpoint, new(), proxy: null);
        using var second = _session.Take(Endpoint, new(), proxy: null);

        _session.Return(first, isSound: true);
        _session.Return(second, isSound: true);

        Assert.Equal((false, true), (IsClosed(first), IsClosed(second)));
    }

    [Fact]
    public void With_the_session_all_are_closed_those_in_use_when_they_come_back()
    {
        using var idle = _session.Take(Endpoint, new(), proxy: null);
        using var used = _session.Take(EtcdEndpoint.Parse("https://127.0.0.1:2380"), new(), proxy: null);
        _session.Return(idle, isSound: true);

        _session.Dispose();
        Assert.Equal((true, false), (IsClosed(idle), IsClosed(used)));

        _session.Return(used, isSound: true);
        Assert.True(IsClosed(used));
    }

    [Fact]
    public void A_member_that_is_disposed_of_twice_gives_its_connection_back_once()
    {
        var member = new EtcdConnector(_time, onCall: null, _session).Connect(Endpoint, new());
        member.Dispose();
        using var open = _session.Take(Endpoint, new(), proxy: null);

        member.Dispose();

        using var second = _session.Take(Endpoint, new(), proxy: null);
        Assert.NotSame(open, second);
    }

    private static EtcdConnectionOptions As(string password) => new() { Credential = new EtcdCredential("root", password) };

    private static Task AnswerStatusAsync(HttpContext context, ulong memberId = 1) => FakeEtcd.AnswerAsync(
        context, FakeHandler.Frame(new StatusResponse { Version = "3.5.16", Header = new ResponseHeader { MemberId = memberId } }), "0");

    /// <summary>The handler, which has sent nothing here, takes settings until it is disposed of.</summary>
    private static bool IsClosed(OpenConnection connection) =>
        Record.Exception(() => ((SocketsHttpHandler)connection.Handler).UseCookies = false) is ObjectDisposedException;

    private EtcdConnector Connector() => new(TimeProvider.System, onCall: null, _session);

    private IEtcdMember Connect(FakeEtcd server, EtcdConnectionOptions? options = null) =>
        Connector().Connect(EtcdEndpoint.Parse(server.Endpoint), options ?? new());

    private async Task<EtcdMemberStatus> GetStatusAsync(FakeEtcd server, EtcdConnectionOptions? options = null)
    {
        using var member = Connect(server, options);
        return await member.GetStatusAsync(CancellationToken.None);
    }

    private Task<FakeEtcd> StartAsync(ulong memberId = 1, int port = 0) => FakeEtcd.StartAsync(
        context =>
        {
            var call = context.Request.Path.Value!.Split('/')[^1];
            var token = context.Request.Headers.TryGetValue("token", out var shown) ? shown.ToString() : "-";
            _calls.Add(call == "Authenticate" ? call : $"{call} {token}");
            return call != "Authenticate"
                ? token == _revoked ? FakeEtcd.AnswerAsync(context, [], "16", "etcdserver: invalid auth token") : AnswerStatusAsync(context, memberId)
                : _isAuthenticationDisabled
                ? FakeEtcd.AnswerAsync(context, [], "9", "etcdserver: authentication is not enabled")
                : FakeEtcd.AnswerAsync(context, FakeHandler.Frame(new AuthenticateResponse { Token = $"t{++_tokens}" }), "0");
        },
        port);
}
