using System.Globalization;

namespace EtcdDefrag.Containers.Support;

/// <summary>
/// The end of a container's network cable on the bridge. A bridge that neither knows who is behind a port nor floods into it forwards
/// what comes from it and nothing to it: a connection that is cut in one direction, without a firewall.
/// </summary>
internal static class BridgePort
{
    private const string Devices = "/sys/class/net";

    /// <summary>Why this machine cannot do it; null where it can.</summary>
    public static string? Obstacle => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Directory.Exists(Devices)
        ? null
        : "A network is cut in one direction at the engine's bridge, which takes root on Linux.";

    /// <summary>Lets what is sent to a container pass or not.</summary>
    /// <param name="processId">The container's process.</param>
    /// <param name="macAddress">The address of its end.</param>
    /// <param name="receives">Whether it passes.</param>
    public static async Task SetReceivesAsync(long processId, string macAddress, bool receives)
    {
        var port = Path.Combine(Devices, await FindAsync(processId, macAddress), "brport");
        foreach (var flag in (string[])["learning", "unicast_flood", "multicast_flood", "broadcast_flood"])
        {
            await File.WriteAllTextAsync(Path.Combine(port, flag), receives ? "1" : "0");
        }

        await File.WriteAllTextAsync(Path.Combine(port, "flush"), "1");
    }

    /// <summary>The device here that the container's device is the other end of.</summary>
    private static async Task<string> FindAsync(long processId, string macAddress)
    {
        var inside = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/root{Devices}");
        foreach (var device in Directory.EnumerateDirectories(inside).Where(d => File.Exists(Path.Combine(d, "address"))))
        {
            if ((await File.ReadAllTextAsync(Path.Combine(device, "address"))).Trim() == macAddress)
            {
                var index = (await File.ReadAllTextAsync(Path.Combine(device, "iflink"))).Trim();
                var devices = Directory.EnumerateDirectories(Devices);
                return Path.GetFileName(devices.Single(d => File.ReadAllText(Path.Combine(d, "ifindex")).Trim() == index));
            }
        }

        throw new InvalidOperationException($"Process {processId} has no network device {macAddress}.");
    }
}
