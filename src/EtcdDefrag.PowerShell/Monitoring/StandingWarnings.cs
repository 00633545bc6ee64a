using EtcdDefrag.Events;

namespace EtcdDefrag.PowerShell.Monitoring;

/// <summary>
/// Remembers the warnings about each cluster, which every round repeats. A warning about a member counts as the same even if its numbers
/// have changed.
/// </summary>
internal sealed class StandingWarnings
{
    /// <summary>That a cluster takes no writes is repeated.</summary>
    private const string AlwaysNew = "NoSpaceArmed";

    private readonly HashSet<(string Cluster, string Rule, string About)> _seen = [];

    public bool IsNew(EtcdMonitorEvent warning) =>
        warning.Reason == AlwaysNew
        || _seen.Add((warning.Cluster, warning.Reason, warning.Endpoint.Length > 0 ? warning.Endpoint : warning.Message));
}
