using System.Net;
using System.Net.NetworkInformation;

namespace EtcdDefrag.Client.ServiceLookup.Resolvers;

/// <summary>Whom this machine asks.</summary>
internal static class SystemResolvers
{
    private const string SettingsFile = "/etc/resolv.conf";
    private const int Port = 53;

    /// <summary>The machine's settings as they are now: they change with its networks.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ResolverSettings> ReadAsync(CancellationToken cancellationToken) => OperatingSystem.IsWindows()
        ? Task.FromResult(ReadInterfaces(NetworkInterface.GetAllNetworkInterfaces()))
        : ReadFileAsync(SettingsFile, cancellationToken);

    /// <summary>The settings of a machine that keeps them in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ResolverSettings> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return ResolvConf.Read(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // As resolv.conf(5) says: without the file the machine itself is asked.
            return ResolvConf.Read("");
        }
    }

    /// <summary>
    /// The settings of a machine that keeps them with its interfaces. Those with a way out come first. There is no search list:
    /// Windows adds no suffix to a name with a dot, and ours always have one.
    /// </summary>
    /// <param name="interfaces">The interfaces.</param>
    public static ResolverSettings ReadInterfaces(IEnumerable<NetworkInterface> interfaces)
    {
        var resolvers = interfaces
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(i => i.GetIPProperties())
            .OrderByDescending(p => p.GatewayAddresses.Count > 0)
            .SelectMany(p => p.DnsAddresses)
            .Where(a => !a.IsIPv6SiteLocal)
            .Distinct()
            .Select(a => new IPEndPoint(a, Port))
            .ToArray();
        return new ResolverSettings(resolvers.Length > 0 ? resolvers : [new IPEndPoint(IPAddress.Loopback, Port)]);
    }
}
