using System.Globalization;
using System.Text.Json;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Output;

/// <summary>Writes a run as it happens, one JSON object per line; docs/output.md describes them.</summary>
internal sealed class RunJson(LineOutput output)
{
    /// <summary>Writes an event.</summary>
    /// <param name="runEvent">The event.</param>
    /// <param name="isDryRun">Whether it is the result of a member that the dry run did not defragment.</param>
    public void Write(DefragEvent runEvent, bool isDryRun = false)
    {
        var record = RecordOf(runEvent, isDryRun);
        var time = runEvent.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        output.WriteJson(JsonLines.Write(RecordWriter.ToJson(record with { Fields = [new("Time", time), .. record.Fields] })));
    }

    private static Record RecordOf(DefragEvent runEvent, bool isDryRun) => runEvent switch
    {
        ClusterInspected inspected => RecordOf(inspected),
        RunWarned { Warning: var w } => new("warning", [new("Rule", w.Rule), new("Text", OwnWords.Of(w.Text))]),
        RunRefused { Refusal: var r } => new(
            "refused", [new("Rule", r.Rule), new("Reason", r.Reason), new("Remedy", OwnWords.Of(r.Remedy)), new("CanBeForced", r.CanBeForced)]),
        RunPlanned planned => new("planned", [new("Steps", planned.Steps.Select(RunRecords.Of))]),
        CompactionStarting { Compaction: var c } => new(
            "compacting", [new("Endpoint", c.Endpoint), new("Revision", c.Revision), new("CurrentRevision", c.CurrentRevision)]),
        CompactionObserving { Compaction: var c } observing => new("compactionObserving",
        [
            new("Endpoint", c.Endpoint),
            new("Revision", c.Revision),
            new("WaitingFor", observing.Waiting.ToArray()),
            new("LimitSeconds", observing.Limit.TotalSeconds),
        ]),
        CompactionFinished { Compaction: var c } finished => RunRecords.Of(c, finished.IsDryRun),
        StepStarting starting => new(
            "starting", [new("Step", RunRecords.Of(starting.Step)), new("Status", MemberRecords.Of(starting.Status))]),
        LeaderMoved moved => RecordOf("leaderMoved", moved.Step, new Field("NewLeaderID", moved.NewLeaderId)),
        DefragmentationStarted started => RecordOf("defragmenting", started.Step, new Field("DeadlineSeconds", started.Deadline.TotalSeconds)),
        Observing observing => RecordOf(
            "observing", observing.Step, new("Reason", observing.Failure.Message), new("LimitSeconds", observing.Limit.TotalSeconds)),
        StepFinished finished => RunRecords.Of(finished.Result, isDryRun),
        WaitingForHealthy settling => new(
            "settling", [new("PauseSeconds", settling.Pause.TotalSeconds), new("LimitSeconds", settling.Limit.TotalSeconds)]),
        HealthyAgain settled => new("settled", [new("TookSeconds", settled.Took.TotalSeconds)]),
        AlarmDisarmed { Disarm: var d } => RunRecords.Of(d),
        AlarmsKept kept => new("alarmsKept", [new("Reason", kept.Reason)]),
        RunStopped stopped => RecordOf(stopped.Report),
        _ => Describe(runEvent),
    };

    private static Record RecordOf(string type, EtcdDefragStep step, params Field[] more) =>
        new(type, [new("Endpoint", step.Endpoint), new("MemberID", step.MemberId), .. more]);

    private static Record Describe(DefragEvent runEvent) => new(
        JsonNamingPolicy.CamelCase.ConvertName(runEvent.GetType().Name),
        [new("Text", string.Join(' ', runEvent.Describe().Select(e => e.Message)))]);

    private static Record RecordOf(ClusterInspected inspected) => new("inspected",
    [
        new("ClusterID", inspected.Health.ClusterId),
        new("LeaderID", inspected.Health.LeaderId),
        new("IsHealthy", inspected.Health.IsHealthy),
        new("VoterCount", inspected.Health.VoterCount),
        new("HealthyVoterCount", inspected.Health.HealthyVoterCount),
        new("Quorum", inspected.Health.Quorum),
        new("Health", inspected.Health.Members.Select(MemberRecords.Of)),
        new("Status", inspected.Snapshot.Statuses.Select(MemberRecords.Of)),
    ]);

    private static Record RecordOf(DefragReport report)
    {
        var summary = RunSummary.Of(report);
        return new("end",
        [
            new("ExitCode", ExitCode.Of(report)),
            new("Defragmented", summary.Count(EtcdDefragOutcome.Defragmented)),
            new("Skipped", summary.Count(EtcdDefragOutcome.Skipped)),
            new("Failed", summary.Count(EtcdDefragOutcome.Failed)),
            new("Unknown", summary.Count(EtcdDefragOutcome.Unknown)),
            new("NotAttempted", summary.Count(EtcdDefragOutcome.NotAttempted)),
            new("BytesReclaimed", summary.BytesReclaimed),
            new("Failures", report.Failures.ToArray()),
            new("WasCancelled", report.WasCancelled),
        ]);
    }
}
