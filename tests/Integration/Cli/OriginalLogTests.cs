using System.Text.RegularExpressions;
using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;
using Xunit.Abstractions;

namespace EtcdDefrag.Integration.Cli;

/// <summary>Every line that etcd-defrag 0.42 can log is logged here too, or stands in docs/coming-from-etcd-defrag.md with what is logged instead.</summary>
public sealed partial class OriginalLogTests(ITestOutputHelper output)
{
    /// <summary>The formats, as Go's log package takes them, in the order of a run.</summary>
    private static readonly string[] Original =
    [
        "Using dry run mode, will not perform defragmentation",
        "Validating configuration.",
        "Validating configuration failed: %v",
        "Validating the defragmentation rule: %v ...",
        "invalid",
        "valid",
        "No defragmentation rule provided",
        "Performing health check.",
        "Health check will be performed only on the explicitly provided endpoints: %v",
        "Health check will be performed on all cluster member endpoints",
        "Failed to get members' health info: %v",
        "endpoint: %s, health: %t, took: %s, error: %s",
        "Getting members status",
        "Failed to get members status: %v",
        "endpoint: %s, dbSize: %d, dbSizeInUse: %d, memberId: %x, leader: %x, revision: %d, term: %d, index: %d",
        "Failed to get endpoints: %v",
        "Running compaction until revision: %d ...",
        "failed, %v",
        "successful",
        "Skip compaction.",
        "%d endpoint(s) need to be defragmented: %v",
        "[Before defragmentation]",
        "Failed to get member (%q) status, error: %v",
        "Evaluation failed, endpoint: %s, error:%v",
        "Evaluation result is false, so skipping endpoint: %s",
        "[Dry run] skip defragmenting endpoint %q",
        "Transferring the leadership from the current leader",
        "Skip moving leader as there is only one member in the cluster",
        "Transferring the leadership from %x to %x",
        "Failed to transfer the leadership from %x to a follower, error: %v",
        "Transferred the leadership successfully! Waiting for %s for next operation",
        "Defragmenting endpoint %q",
        "Failed to defragment etcd member %q. took %s. (%v)",
        "Finished defragmenting etcd endpoint %q. took %s",
        "[Post defragmentation]",
        "Waiting for %s for next operation",
        "%d (total %d) endpoint(s) failed to be defragmented.",
        "The defragmentation is successful.",
        "Start auto-disalarm",
        "Failed to get updated members status for auto-disalarm: %v",
        "Auto-disalarm failed: %v",
        "No NOSPACE alarms found, skipping auto-disalarm",
        "Found NOSPACE alarms",
        "Members %v DB size is still above threshold (%.2f), skipping auto-disalarm",
        "Performing auto-disalarm operation...",
        "Auto-disalarm operation completed successfully",
    ];

    [Fact]
    public async Task Every_line_is_written_or_its_successor_is_documented()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Find(), "docs", "coming-from-etcd-defrag.md"));
        var written = await WriteAsync();

        foreach (var format in Original)
        {
            // What is empty at a line's end is lost with the blank before it.
            var pattern = Pattern(format);
            var isWritten = written.Any(l => pattern.IsMatch(l) || pattern.IsMatch($"{l} "));
            var isDocumented = document.Contains($"`{Verb().Replace(format, "…")}`", StringComparison.Ordinal);
            output.WriteLine($"{(isWritten ? "written" : isDocumented ? "differs" : "MISSING")}  {format}");
            Assert.True(isWritten != isDocumented, $"{format}: {(isWritten ? "written, and documented as different" : "neither written nor documented")}");
        }
    }

    /// <summary>Runs in which everything happens that has a line.</summary>
    private static async Task<IReadOnlyList<string>> WriteAsync()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.State.Status.Header.Revision = 1000);
        string[] run = ["--endpoints", cluster.Endpoints[0], "--cluster"];
        List<CommandResult> results =
        [
            await InProcessCommand.RunAsync([.. run, "--dry-run", "--defrag-rule=dbSizeFree > 1M"]),
            await InProcessCommand.RunAsync([.. run, "--defrag-rule=dbSizeFree > 1G"]),
            await InProcessCommand.RunAsync([.. run, "--defrag-rule=dbSizeFree >"]),
            await InProcessCommand.RunAsync([.. run, "--compaction", "--compaction-retain=0", "--auto-disalarm", "--move-leader", "--wait-between-defrags=1ms"]),
            await InProcessCommand.RunAsync("--endpoints", string.Join(',', cluster.Endpoints), "--skip-healthcheck-cluster-endpoints"),
        ];
        cluster.Members.ToList().ForEach(m => m.State.Alarms.Add(new AlarmMember { MemberID = cluster.Members[1].State.MemberId, Alarm = AlarmType.Nospace }));
        results.Add(await InProcessCommand.RunAsync([.. run, "--auto-disalarm"]));
        foreach (var member in cluster.Members)
        {
            member.On("Compact", FakeReply.RefuseAtOnce(7, "etcdserver: permission denied"));
            member.On("Defragment", FakeReply.RefuseAtOnce(7, "etcdserver: permission denied"));
        }

        results.Add(await InProcessCommand.RunAsync([.. run, "--compaction", "--compaction-retain=0"]));
        return [.. results.SelectMany(r => r.Error.Concat(r.Output)).Select(l => Timestamp().Replace(l, ""))];
    }

    private static Regex Pattern(string format) =>
        new($"^{string.Join(".*", Verb().Split(format).Select(Regex.Escape))}$", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"%(?:\.\d)?[a-z]", RegexOptions.None, 1000)]
    private static partial Regex Verb();

    [GeneratedRegex(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", RegexOptions.None, 1000)]
    private static partial Regex Timestamp();
}
