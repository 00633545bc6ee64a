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
        var held = new List<TcpListener>();
        try
        {
            while (held.Count < count)
            {
                held.Add(Listen());
            }

            return held.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        }
        finally
        {
            held.ForEach(listener => listener.Dispose());
        }
    }

    /// <summary>Listens on a free port. To bind would not be enough: .NET lets several sockets do so until one listens.</summary>
    public static TcpListener Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(Lowest, Highest + 1));
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException) when (attempt < MaxAttempts)
            {
                listener.Dispose();
            }
        }
    }
}
