using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Integration.Support.Dns;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>
/// Three members that want a client certificate and a user, and give signed tokens, which can be told by their looks; and a pwsh with
/// the module to reach them from.
/// </summary>
public sealed class SecureCluster : IAsyncLifetime, IDisposable
{
    private const string Prelude = "$ErrorActionPreference = 'Stop'; Import-Module $env:ETCD_DEFRAG_MODULE; . $env:T_PWSH; Set-Location $env:T_FOLDER; ";

    private readonly TemporaryFolder _folder = new();
    private PowerShellHost? _pwsh;
    private EtcdSandbox? _sandbox;
    private DnsResponder? _dns;

    internal const string RootPassword = "root-password-4711";
    internal const string ReaderPassword = "reader-password-4711";
    internal const string PfxPassword = "pfx-password-4711";

    internal EtcdSandbox Sandbox => _sandbox!;

    /// <summary>Where the certificates lie.</summary>
    internal string Folder => _folder.Path;

    /// <summary>What must be in no output: the passwords, the beginning of every signed token, the lines of every key.</summary>
    internal IReadOnlyList<string> Secrets { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _pwsh = await PowerShellHost.FindAsync();
        var authority = new TestAuthority();
        var tls = SandboxCertificates.WriteMutual(authority, _folder.Path, authority.IssueServer(["127.0.0.1", "example.test"]));
        var client = authority.IssueClient("operator");
        var (_, key) = client.WriteTo(_folder.Path, "client");
        client.WritePfx(_folder.Path, "client", PfxPassword);
        string[] arguments = [JwtKeys.Write(_folder.Path, TimeSpan.FromSeconds(60))];
        _sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls, Arguments = arguments });
        await _sandbox.FillAsync(new EtcdFill(8));
        await _sandbox.EnableAuthenticationAsync(RootPassword, [new("reader", ReaderPassword), new("operator") { Roles = [EtcdSandboxRole.Root] }]);
        _dns = DnsResponder.Start().Serve(
            "_etcd-client-ssl._tcp.example.test", [.. _sandbox.Endpoints.Select((e, i) => new ServiceRecord("127.0.0.1", new Uri(e).Port, i, 0))])
            .Serve("_etcd-client-ssl._tcp.half.test", [new ServiceRecord("127.0.0.1", new Uri(_sandbox.Endpoints[0]).Port, 0, 0)])
            .Serve("_etcd-client._tcp.half.test", DnsMode.ServerFailure);
        Secrets = [RootPassword, ReaderPassword, PfxPassword, "eyJ", .. (await File.ReadAllLinesAsync(key)).Where(l => l.Length > 0 && l[0] != '-')];
    }

    public async Task DisposeAsync()
    {
        if (_sandbox is not null)
        {
            await _dns!.DisposeAsync();
            await _sandbox.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Runs a script with the module imported, in the folder of the certificates, and gives the lines it wrote. In $env:T_ENDPOINTS are
    /// the members, comma-separated, in $env:T_DNS the DNS server of example.test.
    /// </summary>
    internal async Task<string[]> RunAsync(string script, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        environment["NO_COLOR"] = "1";
        environment["ETCD_DEFRAG_MODULE"] = Path.Combine(RepositoryFolder.Find(), "out", "EtcdDefrag");
        environment["T_PWSH"] = Path.Combine(RepositoryFolder.Find(), "tests", "Pester", "Support", "Pwsh.ps1");
        environment["T_FOLDER"] = _folder.Path;
        environment["T_ENDPOINTS"] = string.Join(',', Sandbox.Endpoints);
        environment["T_DNS"] = _dns!.Address.ToString();
        var (_, output) = await _pwsh!.RunAsync(Prelude + script, environment, TimeSpan.FromMinutes(2));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
