using System.Text.RegularExpressions;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cli;

/// <summary>
/// The examples of etcd-defrag 0.42's README, given to a shell as they stand there; only the ports are the sandbox's. The members
/// themselves say what was done to them.
/// </summary>
[Collection(SharedCluster.Name)]
public sealed partial class OriginalExamplesTests(SharedCluster shared)
{
    private static readonly (string Line, int[] Members)[] OverTls =
    [
        ("./etcd-defrag --endpoints=https://127.0.0.1:22379 --cacert ./ca.crt --key ./etcd-defrag.key --cert ./etcd-defrag.crt", [1]),
        ("./etcd-defrag --endpoints=https://127.0.0.1:22379,https://127.0.0.1:32379 --cacert ./ca.crt --key ./etcd-defrag.key --cert ./etcd-defrag.crt", [1, 2]),
        ("./etcd-defrag --endpoints https://127.0.0.1:22379 --cluster --cacert ./ca.crt --key ./etcd-defrag.key --cert ./etcd-defrag.crt", [0, 1, 2]),
    ];

    // These name no certificates; where they run, the environment does.
    private static readonly string[] WithDisalarm =
    [
        "./etcd-defrag --endpoints=https://127.0.0.1:2379 --cluster --auto-disalarm",
        "./etcd-defrag --endpoints=https://127.0.0.1:2379 --cluster --auto-disalarm --disalarm-threshold=0.7",
    ];

    private const string Either = "./etcd-defrag --endpoints http://127.0.0.1:22379 --cluster --defrag-rule=\"dbSize > dbQuota*80/100 || dbSize - dbSizeInUse > 200*1024*1024\"";
    private const string EitherByName = "./etcd-defrag --endpoints http://127.0.0.1:22379 --cluster --defrag-rule=\"dbQuotaUsage > 0.8 || dbSizeFree > 200*1024*1024\"";
    private const string Both = "./etcd-defrag --endpoints http://127.0.0.1:22379 --cluster --defrag-rule=\"dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200*1024*1024\"";

    /// <summary>Each rule with sizes in MiB, of a quota of 1000 MiB, that one, the other or both of its halves hold for.</summary>
    [Theory]
    [InlineData(Either, 801, 700, true)]
    [InlineData(Either, 500, 299, true)]
    [InlineData(Either, 800, 600, false)]
    [InlineData(EitherByName, 801, 700, true)]
    [InlineData(EitherByName, 500, 299, true)]
    [InlineData(EitherByName, 800, 600, false)]
    [InlineData(Both, 801, 600, true)]
    [InlineData(Both, 801, 700, false)]
    [InlineData(Both, 500, 299, false)]
    public async Task A_rule_decides_by_the_members_figures(string line, long size, long inUse, bool isDefragmented)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        foreach (var state in cluster.Members.Select(m => m.State))
        {
            (state.Status.DbSize, state.Status.DbSizeInUse, state.DbSizeQuota) = (size << 20, inUse << 20, 1000L << 20);
        }

        var result = await RunAsync(line, cluster.Endpoints, folder: ".");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.All(cluster.Members, m => Assert.Equal(isDefragmented ? 1 : 0, m.CallsOf("Defragment").Count));
        Assert.Equal(isDefragmented ? 0 : 3, result.Output.Count(l => l.Contains("Evaluation result is false, so skipping endpoint: ", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData(Either)]
    [InlineData(EitherByName)]
    [InlineData(Both)]
    public async Task A_rule_leaves_small_databases_alone(string line)
    {
        var sandbox = await shared.GetAsync();
        var since = TimeProvider.System.GetUtcNow();

        var result = await RunAsync(line, sandbox, folder: ".");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(3, result.Output.Count(l => l.Contains("Evaluation result is false, so skipping endpoint: ", StringComparison.Ordinal)));
        Assert.EndsWith("The defragmentation is successful.", result.Error[^1], StringComparison.Ordinal);
        Assert.Empty(ServerLog.Defragmentations(sandbox, since));
    }

    [SkippableFact]
    public async Task One_member_two_members_all_members_and_their_alarms()
    {
        using var folder = new TemporaryFolder();
        var authority = new TestAuthority();
        var tls = SandboxCertificates.WriteMutual(authority, folder.Path);
        authority.IssueClient("etcd-defrag").WriteTo(folder.Path, "etcd-defrag");
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls });

        foreach (var (line, members) in OverTls)
        {
            var since = TimeProvider.System.GetUtcNow();
            var result = await RunAsync(line, sandbox, folder.Path);
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Equal(members.Select(i => sandbox.Members[i].Name), ServerLog.Defragmentations(sandbox, since).Order());
        }

        foreach (var line in WithDisalarm)
        {
            await sandbox.ArmAlarmAsync(sandbox.Members[2], EtcdAlarmKind.NoSpace);
            var result = await RunAsync($"export ETCD_DEFRAG_CACERT=ca.crt ETCD_DEFRAG_CERT=etcd-defrag.crt ETCD_DEFRAG_KEY=etcd-defrag.key; {line}", sandbox, folder.Path);
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Empty(await sandbox.Members[0].Client.GetAlarmsAsync(CancellationToken.None));
        }
    }

    private static Task<CommandResult> RunAsync(string line, EtcdSandbox sandbox, string folder) => RunAsync(line, sandbox.Endpoints, folder);

    private static Task<CommandResult> RunAsync(string line, IReadOnlyList<string> endpoints, string folder)
    {
        var ports = endpoints.Select(e => $":{new Uri(e).Port}").ToArray();
        var here = Port().Replace(line, m => m.Value switch { ":2379" => ports[0], ":22379" => ports[1], _ => ports[2] });
        return Command.RunProgramAsync(Command.StartInShell($"cd '{folder}'; {here.Replace("./etcd-defrag --", "etcd-defrag --", StringComparison.Ordinal)}"));
    }

    [GeneratedRegex(@":(2379|22379|32379)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Port();
}
