namespace EtcdDefrag.Sandbox.Locating;

/// <summary>One archive of packages out of apt's lists of sources.</summary>
/// <param name="Uris">Its addresses, as apt takes them.</param>
/// <param name="Suites">The suites taken from it.</param>
/// <param name="SignedBy">The value of Signed-By with its continuation lines; null where apt's own keys decide.</param>
/// <param name="Trusted">The value of Trusted, where it is said.</param>
internal sealed record AptSource(IReadOnlyList<string> Uris, IReadOnlyList<string> Suites, string? SignedBy, string? Trusted)
{
    /// <summary>Every archive of binary packages that is switched on under an apt folder, in apt's own order.</summary>
    public static async Task<IReadOnlyList<AptSource>> ReadAllAsync(string aptFolder, CancellationToken cancellationToken)
    {
        var sources = new List<AptSource>();
        foreach (var file in ListFiles(aptFolder))
        {
            var lines = await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false);
            sources.AddRange(file.EndsWith(".sources", StringComparison.Ordinal) ? ParseStanzas(lines) : ParseLines(lines));
        }

        return sources;
    }

    /// <summary>The same archive with one suite and one component, as a stanza of a .sources file.</summary>
    public string Stanza(string suite, string component)
    {
        var stanza = $"Types: deb\nURIs: {string.Join(' ', Uris)}\nSuites: {suite}\nComponents: {component}\n";
        stanza += SignedBy is null ? string.Empty : $"Signed-By: {SignedBy}\n";
        return Trusted is null ? stanza : $"{stanza}Trusted: {Trusted}\n";
    }

    /// <summary>Reads the one-line form: <c>deb [signed-by=/a/key.gpg] http://archive/debian suite component</c>.</summary>
    internal static IEnumerable<AptSource> ParseLines(IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => line.Split('#')[0].Trim()))
        {
            var (options, rest) = TakeOptions(line);
            var fields = rest.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 3 && fields[0] == "deb")
            {
                var keys = options.GetValueOrDefault("signed-by")?.Replace(',', ' ');
                yield return new AptSource([fields[1]], [fields[2]], keys, options.GetValueOrDefault("trusted"));
            }
        }
    }

    /// <summary>Reads the form of stanzas with named fields, where a line that begins with a blank goes on with the one before.</summary>
    internal static IEnumerable<AptSource> ParseStanzas(IEnumerable<string> lines)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var last = string.Empty;
        foreach (var line in lines.Append(string.Empty).Where(line => !line.StartsWith('#')))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                if (FromStanza(fields) is { } source)
                {
                    yield return source;
                }

                fields.Clear();
            }
            else if (char.IsWhiteSpace(line[0]) && fields.ContainsKey(last))
            {
                fields[last] += $"\n{line.TrimEnd()}";
            }
            else if (line.Split(':', 2) is [var name, var value])
            {
                last = name.Trim();
                fields[last] = value.Trim();
            }
        }
    }

    private static AptSource? FromStanza(Dictionary<string, string> fields)
    {
        var off = fields.GetValueOrDefault("Enabled") is "no" or "false";
        var uris = Words(fields, "URIs");
        var suites = Words(fields, "Suites");
        return off || !Words(fields, "Types").Contains("deb") || uris.Length == 0 || suites.Length == 0
            ? null
            : new AptSource(uris, suites, fields.GetValueOrDefault("Signed-By"), fields.GetValueOrDefault("Trusted"));
    }

    private static string[] Words(Dictionary<string, string> fields, string name) =>
        fields.GetValueOrDefault(name, string.Empty).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static (Dictionary<string, string> Options, string Remainder) TakeOptions(string line)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var from = line.IndexOf('[', StringComparison.Ordinal);
        var to = line.IndexOf(']', StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            return (options, line);
        }

        foreach (var option in line[(from + 1)..to].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (option.Split('=', 2) is [var name, var value])
            {
                options[name] = value;
            }
        }

        return (options, line[..from] + line[(to + 1)..]);
    }

    private static IEnumerable<string> ListFiles(string aptFolder)
    {
        var parts = Path.Combine(aptFolder, "sources.list.d");
        var inParts = Directory.Exists(parts)
            ? Directory.EnumerateFiles(parts).Where(file => Path.GetExtension(file) is ".list" or ".sources").Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        return inParts.Prepend(Path.Combine(aptFolder, "sources.list")).Where(File.Exists);
    }
}
