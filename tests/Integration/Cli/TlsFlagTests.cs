using System.Globalization;
using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

/// <summary>The flags about certificates, on one cluster that speaks to nobody without one.</summary>
public sealed class TlsFlagTests : IDisposable
{
    private const string Secret = "pfx-password-4711";

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private string CaCert => _folder["ca.crt"];

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    [ShowsFlag("cacert", "cert", "key", "insecure-transport", "insecure-skip-tls-verify", "tls-server-name")]
    public async Task Certificates_open_the_door_and_nothing_else_does()
    {
        var tls = SandboxCertificates.WriteMutual(_authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls });
        var (cert, key) = _authority.IssueClient("operator").WriteTo(_folder.Path, "operator");
        string[] own = ["--cert", cert, "--key", key];
        var address = sandbox.Endpoints[0]["https://".Length..];

        var run = await Command.RunAsync(["--endpoints", sandbox.Endpoints[0], "--cluster", "--cacert", CaCert, .. own]);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);

        await FailsAsync("issued by", ["--endpoints", sandbox.Endpoints[0], .. own]);
        await FailsAsync("the server wants a client certificate, and none was given", ["--endpoints", sandbox.Endpoints[0], "--cacert", CaCert]);
        var unverified = await SucceedsAsync(["--endpoints", sandbox.Endpoints[0], "--insecure-skip-tls-verify", .. own]);
        Assert.Contains("certificates are not verified", Assert.Single(unverified.Error), StringComparison.Ordinal);

        // Without a scheme, certificates mean https; without certificates either, --insecure-transport decides.
        await SucceedsAsync(["--endpoints", address, "--cacert", CaCert, .. own]);
        await FailsAsync($"http://{address}", ["--endpoints", address]);
        await FailsAsync($"https://{address}", ["--endpoints", address, "--insecure-transport=false"]);

        await FailsAsync("not for 'etcd.example.test'", ["--endpoints", sandbox.Endpoints[0], "--cacert", CaCert, "--tls-server-name", "etcd.example.test", .. own]);
        await SucceedsAsync(["--endpoints", sandbox.Endpoints[0], "--cacert", CaCert, "--tls-server-name", "localhost", .. own]);
    }

    [SkippableFact]
    public async Task Status_shows_until_when_certificates_are_valid_and_warns_of_those_that_end_soon()
    {
        var now = TimeProvider.System.GetUtcNow();
        var soon = new Validity(now.AddDays(-1), now.AddDays(12).AddHours(1));
        var tls = SandboxCertificates.WriteMutual(_authority, _folder.Path, _authority.IssueServer(validity: soon));
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls });
        var (cert, key) = _authority.IssueClient("operator").WriteTo(_folder.Path, "operator");
        string[] flags = ["--endpoints", sandbox.Endpoints[0], "--cacert", CaCert, "--cert", cert, "--key", key];

        var json = await SucceedsAsync([.. flags, "-w", "json"]);
        var fields = await SucceedsAsync([.. flags, "-w", "fields"]);
        var table = await SucceedsAsync(flags);

        var (ends, clientEnds) = (Write(soon.To), Write(Validity.Default.To));
        var status = JsonNode.Parse(Assert.Single(json.Output))!;
        Assert.StartsWith(ends, (string)status["serverCertificateExpires"]!, StringComparison.Ordinal);
        Assert.StartsWith(clientEnds, (string)status["clientCertificateExpires"]!, StringComparison.Ordinal);
        Assert.Contains(fields.Output, l => l.StartsWith($"\"ServerCertificateExpires\" : \"{ends}T", StringComparison.Ordinal));
        Assert.EndsWith($"  {ends}", table.Output[1], StringComparison.Ordinal);
        Assert.All((CommandResult[])[json, fields, table], r =>
            Assert.Contains($"Warning (CertificateExpiry): The certificate of {sandbox.Endpoints[0]} expires on {ends}", Assert.Single(r.Error), StringComparison.Ordinal));

        static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    [ShowsFlag("cert-password")]
    public async Task A_certificate_with_a_password_opens_the_door_by_every_way_of_giving_it()
    {
        var tls = SandboxCertificates.WriteMutual(_authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls });
        var pfx = _authority.IssueClient("operator").WritePfx(_folder.Path, "operator", Secret);
        string[] call = ["status", "--debug", "--endpoints", sandbox.Endpoints[0], "--cacert", CaCert, "--cert", pfx];

        CommandResult[] results =
        [
            await InProcessCommand.RunAsync([.. call, "--cert-password", Secret]),
            await InProcessCommand.RunAsync(new Around { Variables = new() { ["ETCD_DEFRAG_CERT_PASSWORD"] = Secret } }, call),
            await InProcessCommand.RunAsync(new Around { AskSecret = q => q == $"Password for {pfx}: " ? Secret : null }, call),
        ];
        var nobodyToAsk = await InProcessCommand.RunAsync(call);
        var wrong = await InProcessCommand.RunAsync(new Around { AskSecret = _ => $"{Secret}-not" }, call);

        Assert.All(results, r => Assert.True(r.ExitCode == 0, r.ToString()));
        Assert.Equal((64, 64), (nobodyToAsk.ExitCode, wrong.ExitCode));
        Assert.Contains("it has a password and none was given. Give its password: --cert-password, or ETCD_DEFRAG_CERT_PASSWORD.", nobodyToAsk.ToString(), StringComparison.Ordinal);
        Assert.Contains("its password is not the one given", wrong.ToString(), StringComparison.Ordinal);
        Assert.All((CommandResult[])[.. results, nobodyToAsk, wrong], r => Assert.DoesNotContain(Secret, r.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--cert '' is an empty string.", "--cert=")]
    [InlineData("--key '' is an empty string.", "--key=")]
    [InlineData("--cacert '' is an empty string.", "--cacert", "")]
    [InlineData("its certificate was not given", "--key", "/nowhere/client.key")]
    [InlineData("/nowhere/client.crt", "--cert", "/nowhere/client.crt", "--key", "/nowhere/client.key")]
    public async Task What_is_no_certificate_is_refused_before_anything_is_sent(string problem, params string[] flags)
    {
        var result = await InProcessCommand.RunAsync(["status", "--endpoints", "https://127.0.0.1:1", .. flags]);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains(problem, StringComparison.Ordinal));
    }

    private static async Task<CommandResult> SucceedsAsync(string[] flags)
    {
        var result = await InProcessCommand.RunAsync(["status", .. flags]);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private static async Task FailsAsync(string reason, string[] flags)
    {
        var result = await InProcessCommand.RunAsync(["status", "--dial-timeout=5s", .. flags]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains(reason, StringComparison.Ordinal));
    }
}
