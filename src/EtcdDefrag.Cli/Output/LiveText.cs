using EtcdDefrag.Execution;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>What the live line says, of the time that has passed. Pure.</summary>
internal static class LiveText
{
    /// <summary>What a run waits for after an event; null for nothing.</summary>
    public static Func<TimeSpan, string>? After(DefragEvent runEvent) => runEvent switch
    {
        CompactionStarting { Compaction: var c } => OfCompaction(c.Endpoint),
        CompactionObserving c => OfRemoval(c.Waiting, c.Limit),
        StepStarting { Step: var step } => Of($"Preparing {step.Endpoint}"),
        DefragmentationStarted { Step: var step } => Of($"Defragmenting {step.Endpoint}", about: step.EstimatedPause),
        Observing o => Of($"Watching {o.Step.Endpoint}", atMost: o.Limit),
        WaitingForHealthy w => Of("Waiting for the next operation", atMost: w.Pause + w.Limit),
        _ => null,
    };

    /// <summary>A wait, with the time that is expected or the limit.</summary>
    public static Func<TimeSpan, string> Of(string what, TimeSpan? about = null, TimeSpan? atMost = null)
    {
        var (kind, length) = about is { } expected ? ("about", Ceiling(expected)) : ("at most", atMost ?? TimeSpan.Zero);
        var end = length > TimeSpan.Zero ? $" ({kind} {GoDuration.Write(length)})" : "";
        return elapsed => $"{what}: {Seconds(elapsed)}{end}";
    }

    public static Func<TimeSpan, string> OfCompaction(string endpoint) => Of($"Compacting at {endpoint}");

    public static Func<TimeSpan, string> OfRemoval(IReadOnlyList<string> endpoints, TimeSpan limit) =>
        Of($"Waiting until the history is removed at {string.Join(", ", endpoints)}", atMost: limit);

    /// <summary>A snapshot that is being read.</summary>
    public static string OfSnapshot(string endpoint, long done, long rest, TimeSpan elapsed)
    {
        var rate = (long)(done / Math.Max(elapsed.TotalSeconds, 1e-3));
        return $"Saving {endpoint}: {Units.Size(done)} of {Units.Size(done + rest)}, {Units.Size(rate)}/s, {Seconds(elapsed)}";
    }

    private static TimeSpan Ceiling(TimeSpan time) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(time.TotalSeconds)));

    private static string Seconds(TimeSpan elapsed) => GoDuration.Write(TimeSpan.FromSeconds(Math.Floor(elapsed.TotalSeconds)));
}
