using EtcdDefrag.Monitoring.Telling;

namespace EtcdDefrag.PowerShell.Monitoring;

/// <summary>
/// Knows the risks of a cluster that were warned of already: every round sees them again. One that is about a member counts as the same
/// whatever its numbers have become meanwhile.
/// </summary>
internal sealed class StandingWarnings
{
    /// <summary>A cluster that takes no writes is not to be got used to.</summary>
    private const string AlwaysNew = "NoSpaceArmed";

    private readonly HashSet<(string Cluster, string Rule, string About)> _seen = [];

    /// <summary>Whether a risk is seen for the first time.</summary>
    /// <param name="warned">A run's warning.</param>
    public bool IsNew(EtcdMonitorEvent warned) =>
        warned.Reason == AlwaysNew || _seen.Add((warned.Cluster, warned.Reason, warned.Endpoint.Length > 0 ? warned.Endpoint : warned.Message));
}
