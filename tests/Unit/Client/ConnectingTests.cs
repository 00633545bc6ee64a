using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Client;
using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Connecting;

namespace EtcdDefrag.Unit.Client;

public sealed class ConnectingTests
{
    [Fact]
    public async Task A_certificate_that_is_refused_later_does_not_close_the_question_of_a_call_that_was_sent()
    {
        var endpoint = EtcdEndpoint.Parse("https://127.0.0.1:2379");
        var check = new ServerCertificateCheck(endpoint, new());
        var handler = new FakeHandler((request, _) =>
        {
            check.Accept(null, null, SslPolicyErrors.RemoteCertificateNotAvailable);
            throw request.RequestUri!.Segments[^1] == "Defragment" ? new IOException("The connection ended.") : Untrusted();
        });
        var member = new EtcdMemberClient(new MemberHttp(endpoint, new(), handler, check), new ClusterTokens(), TimeProvider.System);

        var lost = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(60), () => { }, CancellationToken.None));
        var untrusted = await Assert.ThrowsAsync<EtcdException>(() => member.GetStatusAsync(CancellationToken.None));

        Assert.Equal((EtcdFailure.ConnectionLost, true), (lost.Failure, lost.OutcomeIsOpen));
        Assert.Equal((EtcdFailure.TlsFailed, "the server shows no certificate"), (untrusted.Failure, untrusted.Detail));
    }

    [Fact]
    public async Task A_certificate_that_was_refused_once_does_not_explain_a_later_failure()
    {
        var endpoint = EtcdEndpoint.Parse("https://127.0.0.1:2379");
        var check = new ServerCertificateCheck(endpoint, new());
        var isFirst = true;
        var handler = new FakeHandler((_, _) =>
        {
            if (!isFirst)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Refused.", new SocketException((int)SocketError.ConnectionRefused));
            }

            isFirst = false;
            check.Accept(null, null, SslPolicyErrors.RemoteCertificateNotAvailable);
            throw Untrusted();
        });
        var member = new EtcdMemberClient(new MemberHttp(endpoint, new(), handler, check), new ClusterTokens(), TimeProvider.System);

        var untrusted = await Assert.ThrowsAsync<EtcdException>(() => member.GetStatusAsync(CancellationToken.None));
        var gone = await Assert.ThrowsAsync<EtcdException>(() => member.GetStatusAsync(CancellationToken.None));

        Assert.Equal((EtcdFailure.TlsFailed, EtcdFailure.Unreachable), (untrusted.Failure, gone.Failure));
    }

    [Fact]
    public async Task Calls_that_fail_together_share_one_search_for_the_reason()
    {
        var reason = new TaskCompletionSource<string?>();
        var searches = 0;
        var http = new MemberHttp(EtcdEndpoint.Parse("https://127.0.0.1:2379"), new(), new FakeHandler((_, _) => throw Untrusted()), check: null, _ =>
        {
            searches++;
            return reason.Task;
        });

        var explanations = Enumerable.Range(0, 3).Select(_ => http.ExplainAsync(Untrusted(), "Status", mayHaveBegun: false, CancellationToken.None)).ToArray();
        reason.SetResult("the server wants a client certificate");
        var failures = await Task.WhenAll(explanations);

        Assert.Equal(1, searches);
        Assert.All(failures, f => Assert.Equal((EtcdFailure.TlsFailed, "the server wants a client certificate"), (f.Failure, f.Detail)));
    }

    [SkippableFact]
    public async Task The_way_out_of_TLS_to_plain_text_changes_the_scheme_and_nothing_else_of_the_address()
    {
        Skip.If(OperatingSystem.IsWindows(), "The path of the socket is written for Unix.");
        var folder = Directory.CreateTempSubdirectory("unixs-").FullName;
        var path = Path.Combine(folder, "unixs.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var serving = AnswerInPlainTextAsync(listener, connections: 2);

        var reason = await new ConnectionDiagnosis(EtcdEndpoint.Parse($"unixs://{path}"), new(), TimeProvider.System).FindAsync(CancellationToken.None);

        Assert.Equal($"it speaks plain HTTP, not TLS; write unix://{path} if that is intended", reason);
        await serving;
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the runtime throws when a certificate is refused.</summary>
    private static HttpRequestException Untrusted() =>
        new(HttpRequestError.SecureConnectionError, "The SSL connection could not be established.", new AuthenticationException("The remote certificate was rejected."));

    private static async Task AnswerInPlainTextAsync(Socket listener, int connections)
    {
        for (var i = 0; i < connections; i++)
        {
            using var client = await listener.AcceptAsync();
            await client.ReceiveAsync(new byte[1024]);
            await client.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
        }
    }
}
