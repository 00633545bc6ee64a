namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// Brings arguments into the one form of each that the parser shares with Go's flags. <c>--dry-run</c> is on by itself there, and a
/// word behind it belongs to it as little as here; <c>-wjson</c> is <c>-w json</c>.
/// </summary>
internal static class GoArguments
{
    public static string[] Normalize(IEnumerable<string> arguments, IReadOnlyCollection<Flag> flags)
    {
        var switches = flags.Where(f => f.IsSwitch).Select(f => $"--{f.Name}").ToHashSet(StringComparer.Ordinal);
        var letters = flags.Select(f => f.Letter).OfType<char>().ToHashSet();
        return [.. arguments.SelectMany(a => Normalize(a, switches, letters))];
    }

    private static string[] Normalize(string argument, HashSet<string> switches, HashSet<char> letters) => argument.Split('=', 2) switch
    {
        [var name] when switches.Contains(name) => [$"{name}=true"],
        [var name, var text] when switches.Contains(name) => [$"{name}={Normalize(name, text)}"],
        [['-', ..] and var name, ""] => [name, ""],
        _ when IsGlued(argument, letters) => [$"{argument[..2]}={argument[2..]}"],
        _ => [argument],
    };

    // The parser knows only two of the words that stand for a truth in Go.
    private static string Normalize(string name, string text)
    {
        try
        {
            return FlagText.ReadBool(text) ? "true" : "false";
        }
        catch (FormatException unreadable)
        {
            throw new UsageException($"{name} '{text}' {unreadable.Message}.", unreadable);
        }
    }

    private static bool IsGlued(string argument, HashSet<char> letters) =>
        argument is ['-', var letter, not ('=' or ':'), ..] && letters.Contains(letter);
}
