using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Sandbox.Processes;

/// <summary>
/// Finds free ports on 127.0.0.1, below those the system hands to outgoing connections: while a member is stopped, its peers'
/// attempts to reach it could otherwise be given the member's own port, and it could not start again.
/// </summary>
internal static class LoopbackPorts
{
    private const int Lowest = 15000;
    private const int Highest = 31999;
    private const int MaxAttempts = 2000;

    /// <summary>Finds so many ports that are free now. Another process may still take one before it is used.</summary>
    public static IReadOnlyList<int> Find(int count)
    {
        var held = new Dictionary<int, TcpListener>();
        try
        {
            for (var attempt = 0; held.Count < count; attempt++)
            {
                if (attempt == MaxAttempts)
                {
                    throw new EtcdSandboxException($"There are no {count} free ports between {Lowest} and {Highest} on 127.0.0.1.");
                }

                TryHold(Random.Shared.Next(Lowest, Highest + 1), held);
            }

            return [.. held.Keys];
        }
        finally
        {
            foreach (var listener in held.Values)
            {
                listener.Dispose();
            }
        }
    }

    private static void TryHold(int port, Dictionary<int, TcpListener> held)
    {
        // .NET lets several sockets bind to one port (SO_REUSEADDR) as long as none of them listens.
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            held.Add(port, listener);
        }
        catch (SocketException)
        {
            listener.Dispose();
        }
    }
}
