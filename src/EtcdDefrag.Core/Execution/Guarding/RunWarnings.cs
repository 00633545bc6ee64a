using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution.Guarding;

/// <summary>Risks that do not stop a run.</summary>
internal static class RunWarnings
{
    /// <summary>The name of the warning that is worth repeating at every check.</summary>
    public const string NoSpaceArmed = "NoSpaceArmed";

    /// <summary>What a snapshot gives reason to warn of.</summary>
    public static IEnumerable<RunWarning> Find(GuardContext context) =>
        [.. FindUnasked(context), .. FindBlindSpots(context), .. FindLostLearners(context), .. VersionHazards.FindWarnings(context), .. FindExpiry(context), .. FindMapProblems(context)];

    /// <summary>An alarm that nobody will clear: a defragmentation makes room, and the cluster goes on taking no writes.</summary>
    public static IEnumerable<RunWarning> FindArmed(GuardContext context, DefragRequest request)
    {
        var armed = SpaceAlarms.FindArmed(context.Snapshot);
        if (request.DisarmBelow is null && armed.Count > 0)
        {
            yield return new RunWarning(
                NoSpaceArmed,
                $"NOSPACE is armed for member {string.Join(", ", armed)}: the cluster takes no writes until it is cleared, which this run does not do. "
                + "-AutoDisarm (--auto-disalarm, \"autoDisarm\" of a monitor) clears it once there is room.");
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
                $"/metrics cannot be read at {string.Join(", ", names)}: whether a defragmentation or a backup is under way there is not known.",
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
            yield return new RunWarning("MembersNotAsked", $"Not asked, and taken to be well: {names}. Only the members that were named are looked at.");
        }
    }

    private static IEnumerable<RunWarning> FindExpiry(GuardContext context) =>
        CertificateExpiry.FindWarnings(context.Snapshot.Statuses, context.Snapshot.TakenAt).Select(text => new RunWarning("CertificateExpiry", text));

    private static IEnumerable<RunWarning> FindMapProblems(GuardContext context) =>
        context.Snapshot.EndpointMapProblems.Select(text => new RunWarning("EndpointMap", text));

    private static IEnumerable<RunWarning> FindLostLearners(GuardContext context) =>
        context.Health.Members.Where(m => m is { IsHealthy: false, IsLearner: true }).Select(m =>
            new RunWarning("LearnerUnreachable", $"The learner {(m.Endpoint.Length > 0 ? m.Endpoint : m.MemberId)} is not well: {m.Reason}"));
}
