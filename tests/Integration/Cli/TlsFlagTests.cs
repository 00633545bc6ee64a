using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cli;

/// <summary>The flags about certificates, on one cluster that speaks to nobody without one.</summary>
public sealed class TlsFlagTests : IDisposable
{
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

    [Theory]
    [InlineData("--cert '' is an empty string.", "--cert=")]
    [InlineData("--key '' is an empty string.", "--key=")]
    [InlineData("--cacert '' is an empty string.", "--cacert", "")]
    [InlineData("the certificate that it belongs to was not given", "--key", "/nowhere/client.key")]
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
