using System.Buffers;
using System.Globalization;
using System.Net;

namespace EtcdDefrag.Connection.Discovery;

/// <summary>Refuses what is not a domain name before anything is asked: a URL, an address, a word too long for DNS.</summary>
internal static class DiscoveryName
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>What is wrong with a domain, as the end of a sentence; null where nothing is. It may end in a dot.</summary>
    public static string? FindDomainProblem(string? domain) =>
        string.IsNullOrWhiteSpace(domain) ? "it is empty"
        : IPAddress.TryParse(domain, out _) ? "it is an IP address"
        : FindNameProblem(domain);

    /// <summary>The same for any name.</summary>
    public static string? FindNameProblem(string name)
    {
        if (name.AsSpan().IndexOfAnyExcept(Allowed) is var stray and >= 0)
        {
            return $"{Show(name[stray])} is not allowed in a domain name";
        }

        var labels = (name.EndsWith('.') ? name[..^1] : name).Split('.');
        return labels.Contains("") ? "a part between two dots is empty"
            : labels.FirstOrDefault(l => l.Length > MaxLabel) is { } label ? $"the part '{label}' is longer than {MaxLabel} characters"
            : name.TrimEnd('.').Length > MaxName ? $"it is longer than {MaxName} characters"
            : null;
    }

    private static string Show(char c) =>
        c is > ' ' and < '\x7f' ? $"'{c}'" : string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4}");
}
