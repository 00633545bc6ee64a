using System.Globalization;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Connecting;

/// <summary>The main job where both sides show certificates, and who is trusted for what.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_whole_cluster_is_defragmented_over_mutual_TLS(string minor)
    {
        var tls = SandboxCertificates.WriteMutual(_authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls }, minor);
        await sandbox.FillAsync(new EtcdFill(8));
        var (certificate, key) = _authority.IssueClient("operator").WriteTo(_folder.Path, "operator");
        var options = Engine.Options with
        {
            CertificateAuthorities = EtcdCertificateAuthorities.FromFile(tls.ClientCAPath!),
            ClientCertificate = EtcdClientCertificate.FromPem(certificate, key),
        };

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, options: options);

        Assert.True(report.IsSuccess, report.Refusal?.Reason ?? string.Join('\n', report.Results));
        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.Defragmented, r.Outcome));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
        Assert.Equal([false, false, true], report.Results.Select(r => r.IsLeader));
        Assert.All((await Engine.InspectAsync(sandbox.Endpoints, wholeCluster: false, options)).Statuses, s =>
        {
            Assert.Equal(Validity.Default.To.Date, s.ServerCertificateExpires!.Value.UtcDateTime.Date);
            Assert.Equal(Validity.Default.To.Date, s.ClientCertificateExpires!.Value.UtcDateTime.Date);
        });
    }

    [SkippableFact]
    public async Task A_certificate_that_ends_soon_is_warned_of_and_stops_nothing()
    {
        var now = TimeProvider.System.GetUtcNow();
        var soon = new Validity(now.AddDays(-1), now.AddDays(12).AddHours(1));
        var tls = SandboxCertificates.WriteMutual(_authority, _folder.Path, _authority.IssueServer(validity: soon));
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls });
        var (certificate, key) = _authority.IssueClient("operator", soon).WriteTo(_folder.Path, "operator");
        var options = Engine.Options with
        {
            CertificateAuthorities = EtcdCertificateAuthorities.FromFile(tls.ClientCAPath!),
            ClientCertificate = EtcdClientCertificate.FromPem(certificate, key),
        };

        var report = await Engine.RunAsync(sandbox.Endpoints, wholeCluster: false, options: options);

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        var date = soon.To.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var warnings = report.Warnings.Where(w => w.Rule == "CertificateExpiry").Select(w => w.Text).ToArray();
        Assert.Equal(4, warnings.Length);
        Assert.All(warnings, w => Assert.Contains($"expires on {date}", w, StringComparison.Ordinal));
        Assert.All(warnings, w => Assert.EndsWith("in 12 days.", w, StringComparison.Ordinal));
        Assert.Single(warnings, w => w.StartsWith("The client certificate", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_stands_between_root_and_server_may_be_the_one_that_is_trusted(bool trustIntermediate)
    {
        var intermediate = _authority.IssueIntermediate();
        var tls = SandboxCertificates.Write(_authority, _folder.Path, intermediate.IssueServer());
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls });
        var trusted = trustIntermediate ? intermediate.WriteTo(_folder.Path, "intermediate") : tls.ClientCAPath!;

        var look = await Engine.InspectAsync(
            sandbox.Endpoints, wholeCluster: false, Engine.Options with { CertificateAuthorities = EtcdCertificateAuthorities.FromFile(trusted) });

        Assert.Null(look.Members[0].Failure);
    }

    [SkippableTheory]
    [InlineData("pfx")]
    [InlineData("pem")]
    [InlineData("one file")]
    [InlineData("rsa")]
    public async Task A_client_certificate_may_come_in_any_form(string form)
    {
        var authority = form == "rsa" ? new TestAuthority(keys: KeyKind.Rsa) : _authority;
        var tls = SandboxCertificates.WriteMutual(authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls });
        var issued = authority.IssueIntermediate().IssueClient("operator");
        var (certificate, key) = issued.WriteTo(_folder.Path, "operator");
        var own = form switch
        {
            "pfx" => EtcdClientCertificate.FromPfx(issued.WritePfx(_folder.Path, "operator", "secret"), "secret"),
            "one file" => EtcdClientCertificate.FromPem(Join(certificate, key), keyPath: null),
            _ => EtcdClientCertificate.FromPem(certificate, key),
        };

        var look = await Engine.InspectAsync(sandbox.Endpoints, wholeCluster: false, Engine.Options with
        {
            CertificateAuthorities = EtcdCertificateAuthorities.FromFile(tls.ClientCAPath!),
            ClientCertificate = own,
        });

        Assert.Null(look.Members[0].Failure);
        Assert.Equal("operator", own.CommonName);
    }

    private string Join(string certificate, string key) =>
        TestCertificate.Write(_folder.Path, "both.pem", File.ReadAllText(certificate) + File.ReadAllText(key));
}
