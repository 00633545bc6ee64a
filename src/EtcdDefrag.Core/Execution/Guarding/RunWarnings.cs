using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution.Guarding;

/// <summary>Risks that do not stop a run.</summary>
internal static class RunWarnings
{
    /// <summary>The name of the warning that is worth repeating at every check.</summary>
    public const string NoSpaceArmed = "NoSpaceArmed";

    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(60);

    /// <summary>What an inspection gives reason to warn of.</summary>
    public static IEnumerable<RunWarning> Find(GuardContext context) =>
    [
        .. FindUnasked(context),
        .. FindBlindSpots(context),
        .. FindLostLearners(context),
        .. VersionHazards.FindWarnings(context),
        .. FindExpiry(context),
        .. context.Snapshot.EndpointMapProblems.Select(text => new RunWarning("EndpointMap", text)),
    ];

    /// <summary>What a step gives reason to warn of.</summary>
    public static IEnumerable<RunWarning> Find(EtcdDefragStep step)
    {
        if (step.Warning is not null)
        {
            var text = $"{step.Endpoint}: {step.Warning}";
            yield return new RunWarning("QuotaNearlyFull", text) { Endpoint = step.Endpoint, Topic = "Quota" };
        }
    }

    /// <summary>A pause that is long enough to be noticed by a liveness probe.</summary>
    public static IEnumerable<RunWarning> FindLongPause(EtcdDefragStep step)
    {
        if (step is { Action: EtcdDefragAction.Defragment } && step.EstimatedPause > LongPause)
        {
            var text = $"{step.Endpoint} will not respond for about {Math.Ceiling(step.EstimatedPause.TotalSeconds)} s; "
                + "a liveness probe may end it before that.";
            yield return new RunWarning("LongPause", text) { Endpoint = step.Endpoint };
        }
    }

    /// <summary>An alarm that the run does not clear: a defragmentation makes room, and the cluster still takes no writes.</summary>
    public static IEnumerable<RunWarning> FindArmed(GuardContext context, DefragRequest request)
    {
        var armed = DisarmPlan.FindArmed(context.Snapshot);
        if (request.DisarmBelow is null && armed.Count > 0)
        {
            yield return new RunWarning(
                NoSpaceArmed,
                $"NOSPACE is armed for member {string.Join(", ", armed)}: the cluster takes no writes until it is cleared, "
                + "which this run does not do. -AutoDisarm (--auto-disalarm, \"autoDisarm\" of a monitor) clears it once there is room.");
        }
    }

    private static IEnumerable<RunWarning> FindBlindSpots(GuardContext context)
    {
        var blind = context.Snapshot.Members.Where(m => m is { Status: not null, Metrics: not { IsDefragmenting: not null } }).ToArray();
        if (blind.Length > 0)
        {
            var names = blind.Select(m => m.DisplayName).ToArray();
            string[] sentences =
            [
                $"/metrics cannot be read at {string.Join(", ", names)}: "
                    + "whether a defragmentation or a backup is under way there is not known.",
                .. blind.Select(m => m.MetricsProblem).OfType<string>().Distinct(),
            ];
            yield return new RunWarning("MetricsUnreadable", string.Join(' ', sentences)) { Topic = string.Join(' ', names) };
        }
    }

    private static IEnumerable<RunWarning> FindUnasked(GuardContext context)
    {
        if (context.Snapshot.UnaskedMembers.Count > 0)
        {
            var names = string.Join(", ", context.Snapshot.UnaskedMembers.Select(m => m.Name.Length > 0 ? m.Name : m.MemberId));
            yield return new RunWarning(
                "MembersNotAsked", $"Not asked, and taken to be healthy: {names}. Only the members that were named are inspected.");
        }
    }

    private static IEnumerable<RunWarning> FindExpiry(GuardContext context) =>
        CertificateExpiry.FindWarnings(context.Snapshot.Statuses, context.Snapshot.TakenAt)
            .Select(text => new RunWarning("CertificateExpiry", text));

    private static IEnumerable<RunWarning> FindLostLearners(GuardContext context) =>
        from member in context.Health.Members
        where member is { IsHealthy: false, IsLearner: true }
        let name = member.Endpoint.Length > 0 ? member.Endpoint : member.MemberId
        select new RunWarning("LearnerUnreachable", $"The learner {name} is not healthy: {member.Reason}");
}
