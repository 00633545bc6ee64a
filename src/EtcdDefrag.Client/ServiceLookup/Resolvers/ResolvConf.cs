using System.Globalization;
using System.Net;

namespace EtcdDefrag.Client.ServiceLookup.Resolvers;

/// <summary>Reads <c>/etc/resolv.conf</c> as resolv.conf(5) describes it: unknown lines and options say nothing.</summary>
internal static class ResolvConf
{
    private const int Port = 53;
    private const int MaxResolvers = 3;
    private const int MaxAttempts = 5;
    private const int MaxDots = 15;
    private const int MaxSeconds = 30;

    /// <summary>Reads the file's text. Where it names no resolver, this machine itself is asked.</summary>
    /// <param name="text">The file's text.</param>
    public static ResolverSettings Read(string text)
    {
        var lines = text.Split('\n').Where(l => !l.StartsWith('#') && !l.StartsWith(';')).Select(Words).Where(w => w.Length > 1).ToArray();
        var resolvers = lines.Where(w => w[0] == "nameserver").Select(w => ParseAddress(w[1])).OfType<IPEndPoint>().Take(MaxResolvers).ToArray();
        var settings = new ResolverSettings(resolvers.Length > 0 ? resolvers : [new IPEndPoint(IPAddress.Loopback, Port)])
        {
            SearchList = ReadSearchList(lines),
        };
        return lines.Where(w => w[0] == "options").SelectMany(w => w[1..]).Aggregate(settings, Apply);
    }

    private static string[] Words(string line) =>
        line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static IPEndPoint? ParseAddress(string text) => IPAddress.TryParse(text, out var address) ? new IPEndPoint(address, Port) : null;

    // "search" and "domain" exclude each other: the last one counts, and "domain" takes one name.
    private static string[] ReadSearchList(string[][] lines) => lines.LastOrDefault(w => w[0] is "search" or "domain") switch
    {
        null => [],
        { } line => [.. line[1..(line[0] == "domain" ? 2 : line.Length)].Select(domain => domain.TrimEnd('.'))],
    };

    private static ResolverSettings Apply(ResolverSettings settings, string option) => option.Split(':') switch
    {
        ["timeout", var seconds] when TryRead(seconds, 1, MaxSeconds, out var n) => settings with { Timeout = TimeSpan.FromSeconds(n) },
        ["attempts", var attempts] when TryRead(attempts, 1, MaxAttempts, out var n) => settings with { Attempts = n },
        ["ndots", var dots] when TryRead(dots, 0, MaxDots, out var n) => settings with { DotsThatMakeAbsolute = n },
        _ => settings,
    };

    private static bool TryRead(string text, int min, int max, out int number)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        number = Math.Clamp(number, min, max);
        return isNumber;
    }
}
