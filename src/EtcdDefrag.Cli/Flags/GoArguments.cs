using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// Brings arguments into the one form of each that the parser shares with Go's flags. <c>--dry-run</c> is on by itself there, and a
/// word behind it belongs to it as little as here; any other flag takes the next word, whatever it looks like; <c>-wjson</c> is
/// <c>-w json</c>; and behind <c>--</c> there are no flags.
/// </summary>
internal static class GoArguments
{
    public static string[] Normalize(IReadOnlyList<string> arguments, IReadOnlyCollection<Flag> flags)
    {
        var known = flags.SelectMany(f => f.Letter is { } letter ? new[] { ($"--{f.Name}", f), ($"-{letter}", f) } : [($"--{f.Name}", f)])
            .GroupBy(named => named.Item1, named => named.f, StringComparer.Ordinal)
            .ToDictionary(named => named.Key, named => named.First(), StringComparer.Ordinal);
        var words = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                return [.. words, .. arguments.Skip(i)];
            }

            var (name, text) = Split(arguments[i], known);
            if (!known.TryGetValue(name, out var flag))
            {
                words.Add(arguments[i]);
            }
            else if (flag.IsSwitch)
            {
                words.Add($"{name}={(text is null ? "true" : Truth(name, text))}");
            }
            else
            {
                words.AddRange(Join(name, text ?? (i + 1 < arguments.Count ? arguments[++i] : null)));
            }
        }

        return [.. words];
    }

    private static (string Name, string? Text) Split(string argument, Dictionary<string, Flag> known) => argument switch
    {
        ['-', not '-', not '=', ..] when known.ContainsKey(argument[..2]) => (argument[..2], argument[2..]),
        _ when argument.Split('=', 2) is [var name, var text] => (name, text),
        _ => (argument, null),
    };

    // The parser takes an empty value only as a word of its own, and says itself where one is missing.
    private static string[] Join(string name, string? text) => text switch
    {
        null => [name],
        "" => [name, ""],
        _ => [$"{name}={text}"],
    };

    // The parser knows only two of the words that stand for a truth in Go.
    private static string Truth(string name, string text)
    {
        try
        {
            return FlagText.ReadBool(text) ? "true" : "false";
        }
        catch (FormatException unreadable)
        {
            throw new UsageException($"{name} '{DisplayText.Value(text)}' {unreadable.Message}.", unreadable);
        }
    }
}
