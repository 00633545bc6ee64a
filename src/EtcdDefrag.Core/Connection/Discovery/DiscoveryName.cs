using System.Buffers;
using System.Globalization;
using System.Net;

namespace EtcdDefrag.Connection.Discovery;

/// <summary>Refuses, before anything is asked, what is no domain name: a URL, an address, a word too long for DNS.</summary>
internal static class DiscoveryName
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>What is wrong with a domain, as the end of a sentence; null where nothing is.</summary>
    /// <param name="domain">The domain; one dot may stand at its end.</param>
    public static string? FindDomainProblem(string? domain)
    {
        if (string.IsNullOrWhiteSpace(domain))
        {
            return "it is empty";
        }

        return IPAddress.TryParse(domain, out _) ? "it is an IP address" : FindNameProblem(domain);
    }

    /// <summary>What is wrong with a name, as the end of a sentence; null where nothing is.</summary>
    /// <param name="name">The name; one dot may stand at its end.</param>
    public static string? FindNameProblem(string name)
    {
        if (name.AsSpan().IndexOfAnyExcept(Allowed) is var stray and >= 0)
        {
            return $"{Show(name[stray])} cannot stand in a domain name";
        }

        var labels = (name.EndsWith('.') ? name[..^1] : name).Split('.');
        if (labels.Contains(""))
        {
            return "a part between two dots is empty";
        }

        if (labels.FirstOrDefault(l => l.Length > MaxLabel) is { } label)
        {
            return $"the part '{label}' is longer than {MaxLabel} characters";
        }

        return name.TrimEnd('.').Length > MaxName ? $"it is longer than {MaxName} characters" : null;
    }

    private static string Show(char c) =>
        c is > ' ' and < '\x7f' ? $"'{c}'" : string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4}");
}
