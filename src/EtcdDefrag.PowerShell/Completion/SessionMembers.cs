using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.PowerShell.Completion;

/// <summary>
/// The members that a session has seen, for completion alone. Every runspace has its own, which goes with it: several in one process
/// stay apart.
/// </summary>
internal sealed class SessionMembers
{
    private static readonly ConditionalWeakTable<Runspace, SessionMembers> Sessions = [];

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Those of the session that this thread belongs to.</summary>
    public static SessionMembers Current =>
        Runspace.DefaultRunspace is { } session ? Sessions.GetOrCreateValue(session) : new SessionMembers();

    public IEnumerable<(string Endpoint, string Name)> All =>
        _names.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, n.Value));

    public void Remember(ClusterSnapshot snapshot)
    {
        foreach (var status in snapshot.Statuses)
        {
            _names[status.Endpoint] = status.Name;
        }
    }
}
