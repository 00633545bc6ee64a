using System.CommandLine;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Flags;

/// <summary>Where a value was given, and its text.</summary>
internal sealed record GivenValue(string Source, string Text);

/// <summary>What was given, in layers: the command line, ETCD_DEFRAG_*, ETCDCTL_*, the default. An empty variable counts as none.</summary>
internal sealed class FlagValues(ParseResult parsed, Func<string, string?> readVariable)
{
    public T Get<T>(Flag<T> flag) => Find(flag) is { } given ? flag.Read(given.Text) : flag.Fallback;

    /// <summary>Checks whatever was given for the command's flags, needed or not; after this, reading one of them does not fail.</summary>
    /// <exception cref="UsageException">Something given cannot be a value.</exception>
    public void Check()
    {
        foreach (var (flag, given) in Owned.Select(f => (f, Find(f))).Where(f => f.Item2 is not null))
        {
            try
            {
                flag.Check(given!.Text);
            }
            catch (FormatException unreadable)
            {
                var shown = flag.IsSecret ? "" : $" '{DisplayText.Value(given!.Text)}'";
                throw new UsageException($"{given!.Source}{shown} {unreadable.Message}.", unreadable);
            }
        }
    }

    /// <summary>The flags of the command that was called.</summary>
    public IEnumerable<Flag> Owned => Commands.CommandTree.Flags.Where(f => parsed.CommandResult.Command.Options.Contains(f.Option));

    /// <summary>Whether it was given by whoever made this very call, and not by the environment.</summary>
    public bool IsOnCommandLine(Flag flag) => FindOnCommandLine(flag) is not null;

    /// <summary>The uppermost layer that has a value; null where none has.</summary>
    public GivenValue? Find(Flag flag) => FindOnCommandLine(flag) ?? FindInEnvironment(flag);

    private GivenValue? FindOnCommandLine(Flag flag) => parsed.GetResult(flag.Option) is { Tokens: { Count: > 0 } tokens }
        ? new GivenValue($"--{flag.Name}", flag.IsList ? string.Join(',', tokens.Select(t => t.Value)) : tokens[^1].Value)
        : null;

    private GivenValue? FindInEnvironment(Flag flag) => flag.Variables
        .Select(name => readVariable(name) is { Length: > 0 } text ? new GivenValue(name, text) : null)
        .FirstOrDefault(given => given is not null);
}
