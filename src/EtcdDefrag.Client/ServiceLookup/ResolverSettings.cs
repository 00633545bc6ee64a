using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>Which resolvers to ask, how often, and for which names.</summary>
/// <param name="Resolvers">The resolvers in the order of asking; at least one.</param>
internal sealed record ResolverSettings(IReadOnlyList<IPEndPoint> Resolvers)
{
    public IReadOnlyList<IPEndPoint> Resolvers { get; } =
        Resolvers.Count > 0 ? Resolvers : throw new ArgumentException("A look-up needs a resolver to ask.", nameof(Resolvers));

    /// <summary>How long one resolver may take for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often all resolvers are asked, one after the other, until one has an answer.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Domains in which a name is also looked up.</summary>
    public IReadOnlyList<string> SearchList { get; init; } = [];

    /// <summary>A name with fewer dots than this is looked up in the search list first.</summary>
    public int DotsThatMakeAbsolute { get; init; } = 1;

    /// <summary>The names to ask for until one exists, without the dots at their ends. A dot at the end forbids the search list.</summary>
    public IEnumerable<string> FindNamesFor(string name)
    {
        if (name.EndsWith('.'))
        {
            return [name[..^1]];
        }

        var within = SearchList.Select(domain => domain.Length == 0 ? name : $"{name}.{domain}");
        var isAbsolute = name.Count(c => c == '.') >= DotsThatMakeAbsolute;
        return (isAbsolute ? within.Prepend(name) : within.Append(name)).Distinct(StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>The settings of this machine as they are now: they change with its networks.</summary>
internal static class SystemResolvers
{
    private const int Port = 53;
    private const int MaxResolvers = 3;

    public static Task<ResolverSettings> ReadAsync(CancellationToken cancellationToken) => OperatingSystem.IsWindows()
        ? Task.FromResult(ReadInterfaces(NetworkInterface.GetAllNetworkInterfaces()))
        : ReadFileAsync("/etc/resolv.conf", cancellationToken);

    public static async Task<ResolverSettings> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return ReadText(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return ReadText("");
        }
    }

    /// <summary>Reads the text of <c>/etc/resolv.conf</c> as resolv.conf(5) describes it: unknown lines and options are ignored.</summary>
    public static ResolverSettings ReadText(string text)
    {
        var lines = text.Split('\n')
            .Where(line => !line.StartsWith('#') && !line.StartsWith(';'))
            .Select(line => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1)
            .ToArray();
        var addresses = lines.Where(w => w[0] == "nameserver").Select(w => IPAddress.TryParse(w[1], out var address) ? address : null);
        var settings = Of(addresses.OfType<IPAddress>().Take(MaxResolvers)) with { SearchList = ReadSearchList(lines) };
        return lines.Where(w => w[0] == "options").SelectMany(w => w[1..]).Aggregate(settings, Apply);
    }

    /// <summary>
    /// Reads the settings of Windows, which has them with its interfaces. Those with a gateway come first. There is no search list:
    /// Windows adds no suffix to a name with a dot, and these names always have one.
    /// </summary>
    public static ResolverSettings ReadInterfaces(IEnumerable<NetworkInterface> interfaces) => Of(interfaces
        .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .Select(i => i.GetIPProperties())
        .OrderByDescending(p => p.GatewayAddresses.Count > 0)
        .SelectMany(p => p.DnsAddresses)
        .Where(a => !a.IsIPv6SiteLocal)
        .Distinct());

    /// <summary>As resolv.conf(5) says: without a resolver this machine itself is asked.</summary>
    private static ResolverSettings Of(IEnumerable<IPAddress> addresses) =>
        new([.. addresses.DefaultIfEmpty(IPAddress.Loopback).Select(a => new IPEndPoint(a, Port))]);

    // "search" and "domain" exclude each other: the last one counts, and "domain" takes one name.
    private static string[] ReadSearchList(string[][] lines) => lines.LastOrDefault(w => w[0] is "search" or "domain") switch
    {
        null => [],
        { } line => [.. line[1..(line[0] == "domain" ? 2 : line.Length)].Select(domain => domain.TrimEnd('.'))],
    };

    // With the bounds of resolv.conf(5).
    private static ResolverSettings Apply(ResolverSettings settings, string option) => option.Split(':') switch
    {
        ["timeout", var seconds] when TryRead(seconds, 1, 30, out var n) => settings with { Timeout = TimeSpan.FromSeconds(n) },
        ["attempts", var attempts] when TryRead(attempts, 1, 5, out var n) => settings with { Attempts = n },
        ["ndots", var dots] when TryRead(dots, 0, 15, out var n) => settings with { DotsThatMakeAbsolute = n },
        _ => settings,
    };

    private static bool TryRead(string text, int min, int max, out int number)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        number = Math.Clamp(number, min, max);
        return isNumber;
    }
}
