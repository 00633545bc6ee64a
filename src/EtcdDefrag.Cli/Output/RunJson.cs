using System.Globalization;
using System.Text.Json.Nodes;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>Writes a run as it happens, one JSON object per line; docs/output.md describes them.</summary>
internal sealed class RunJson(LineOutput output)
{
    /// <summary>Writes an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="isDryRun">Whether it is the result of a member that the dry run did not defragment.</param>
    public void Write(DefragEvent happened, bool isDryRun = false)
    {
        var json = happened is StepFinished finished ? RecordWriter.ToJson(RunRecords.Of(finished.Result, isDryRun)) : Describe(happened);
        var line = new JsonObject
        {
            ["type"] = json["type"]!.DeepClone(),
            ["time"] = happened.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in json.Where(p => p.Key != "type"))
        {
            line[name] = value?.DeepClone();
        }

        output.WriteJson(JsonLines.Write(line));
    }

    private static JsonObject Describe(DefragEvent happened) => happened switch
    {
        ClusterInspected inspected => Describe(inspected),
        RunWarned { Warning: var w } => new() { ["type"] = "warning", ["rule"] = w.Rule, ["text"] = DisplayText.Cut(w.Text) },
        RunRefused { Refusal: var r } => new()
        {
            ["type"] = "refused",
            ["rule"] = r.Rule,
            ["reason"] = DisplayText.Cut(r.Reason),
            ["remedy"] = r.Remedy,
            ["canBeForced"] = r.CanBeForced,
        },
        RunPlanned planned => new() { ["type"] = "planned", ["steps"] = List(planned.Steps.Select(RunRecords.Of)) },
        CompactionStarting { Compaction: var c } => new()
        {
            ["type"] = "compacting",
            ["endpoint"] = c.Endpoint,
            ["revision"] = c.Revision,
            ["currentRevision"] = c.CurrentRevision,
        },
        CompactionObserving observing => new()
        {
            ["type"] = "compactionObserving",
            ["endpoint"] = observing.Compaction.Endpoint,
            ["revision"] = observing.Compaction.Revision,
            ["waitingFor"] = new JsonArray([.. observing.Waiting.Select(w => (JsonNode)w)]),
            ["limitSeconds"] = observing.Limit.TotalSeconds,
        },
        CompactionFinished { Compaction: var c } => RecordWriter.ToJson(RunRecords.Of(c)),
        StepStarting starting => new()
        {
            ["type"] = "starting",
            ["step"] = RecordWriter.ToJson(RunRecords.Of(starting.Step)),
            ["status"] = RecordWriter.ToJson(MemberRecords.Of(starting.Status)),
        },
        LeaderMoved moved => About("leaderMoved", moved.Step, ("newLeaderId", moved.NewLeaderId)),
        DefragmentationStarted started => About("defragmenting", started.Step, ("deadlineSeconds", started.Deadline.TotalSeconds)),
        Observing observing => About(
            "observing",
            observing.Step,
            ("reason", DisplayText.Cut(observing.Failure.Message)),
            ("limitSeconds", observing.Limit.TotalSeconds)),
        WaitingForHealthy settling => new()
        {
            ["type"] = "settling",
            ["pauseSeconds"] = settling.Pause.TotalSeconds,
            ["limitSeconds"] = settling.Limit.TotalSeconds,
        },
        HealthyAgain settled => new() { ["type"] = "settled", ["tookSeconds"] = settled.Took.TotalSeconds },
        AlarmDisarmed { Disarm: var d } => RecordWriter.ToJson(RunRecords.Of(d)),
        AlarmsKept kept => new() { ["type"] = "alarmsKept", ["reason"] = DisplayText.Cut(kept.Reason) },
        RunStopped stopped => DescribeEnd(stopped.Report),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} has no JSON."),
    };

    private static JsonObject Describe(ClusterInspected inspected) => new()
    {
        ["type"] = "inspected",
        ["clusterId"] = inspected.Health.ClusterId,
        ["leaderId"] = inspected.Health.LeaderId,
        ["isHealthy"] = inspected.Health.IsHealthy,
        ["voterCount"] = inspected.Health.VoterCount,
        ["healthyVoterCount"] = inspected.Health.HealthyVoterCount,
        ["quorum"] = inspected.Health.Quorum,
        ["health"] = List(inspected.Health.Members.Select(MemberRecords.Of)),
        ["status"] = List(inspected.Snapshot.Statuses.Select(MemberRecords.Of)),
    };

    private static JsonObject DescribeEnd(DefragReport report)
    {
        var summary = RunSummary.Of(report);
        return new()
        {
            ["type"] = "end",
            ["exitCode"] = ExitCode.Of(report),
            ["defragmented"] = summary.Count(EtcdDefragOutcome.Defragmented),
            ["skipped"] = summary.Count(EtcdDefragOutcome.Skipped),
            ["failed"] = summary.Count(EtcdDefragOutcome.Failed),
            ["unknown"] = summary.Count(EtcdDefragOutcome.Unknown),
            ["notAttempted"] = summary.Count(EtcdDefragOutcome.NotAttempted),
            ["bytesReclaimed"] = summary.BytesReclaimed,
            ["failures"] = new JsonArray([.. report.Failures.Select(f => (JsonNode)DisplayText.Cut(f))]),
            ["wasCancelled"] = report.WasCancelled,
        };
    }

    private static JsonObject About(string type, EtcdDefragStep step, params (string Name, JsonNode Value)[] more)
    {
        var json = new JsonObject { ["type"] = type, ["endpoint"] = step.Endpoint, ["memberId"] = step.MemberId };
        foreach (var (name, value) in more)
        {
            json[name] = value;
        }

        return json;
    }

    private static JsonArray List(IEnumerable<Record> records) => new([.. records.Select(r => (JsonNode)RecordWriter.ToJson(r))]);
}
