using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Containers.Support;

/// <summary>Finds ports of 127.0.0.1 that are free now, below those the system hands to outgoing connections.</summary>
internal static class LoopbackPorts
{
    private const int Lowest = 15000;
    private const int Highest = 31999;

    public static IReadOnlyList<int> Find(int count)
    {
        var held = new List<TcpListener>(count);
        while (held.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(Lowest, Highest + 1));
            try
            {
                listener.Start();
                held.Add(listener);
            }
            catch (SocketException)
            {
                // Taken; another one then.
                listener.Dispose();
            }
        }

        var ports = held.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        held.ForEach(l => l.Dispose());
        return ports;
    }
}
