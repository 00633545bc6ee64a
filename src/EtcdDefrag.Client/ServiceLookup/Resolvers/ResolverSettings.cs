using System.Net;

namespace EtcdDefrag.Client.ServiceLookup.Resolvers;

/// <summary>Whom to ask, how patiently, and for which names.</summary>
/// <param name="Resolvers">The resolvers in the order of asking; at least one.</param>
internal sealed record ResolverSettings(IReadOnlyList<IPEndPoint> Resolvers)
{
    /// <summary>How long one resolver may take for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often all resolvers are asked, one after the other, until one knows.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Domains that a name is also looked up in.</summary>
    public IReadOnlyList<string> SearchList { get; init; } = [];

    /// <summary>A name with fewer dots than this is looked up in the search list first.</summary>
    public int DotsThatMakeAbsolute { get; init; } = 1;

    /// <summary>The names to ask for, one after the other until one exists, without the dots at their ends.</summary>
    /// <param name="name">The name that was given; a dot at its end forbids the search list.</param>
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
