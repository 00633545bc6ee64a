using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>
/// What the module remembers from one cmdlet to the next: the members that were seen, for completion, and connections that are still open.
/// Every runspace has its own: several in one process stay apart, as those of ForEach-Object -Parallel and of jobs.
/// </summary>
internal sealed class ModuleSession
{
    private static readonly ConditionalWeakTable<Runspace, ModuleSession> Sessions = [];

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    private IDisposable? _connections;

    /// <summary>That of the session that this thread belongs to.</summary>
    public static ModuleSession Current =>
        Runspace.DefaultRunspace is { } runspace ? Sessions.GetValue(runspace, Begin) : new ModuleSession();

    public IEnumerable<(string Endpoint, string Name)> Members =>
        _names.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, n.Value));

    public void Remember(ClusterSnapshot snapshot)
    {
        foreach (var status in snapshot.Statuses)
        {
            _names[status.Endpoint] = status.Name;
        }
    }

    /// <summary>The open connections, of a type that only <see cref="Connector"/> may name.</summary>
    public T GetConnections<T>(Func<T> create)
        where T : class, IDisposable
    {
        lock (_names)
        {
            return (T)(_connections ??= create());
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Close()
    {
        lock (_names)
        {
            _connections?.Dispose();
            _connections = null;
        }
    }

    private static ModuleSession Begin(Runspace runspace)
    {
        var session = new ModuleSession();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
            {
                session.Close();
            }
        };
        return session;
    }
}
