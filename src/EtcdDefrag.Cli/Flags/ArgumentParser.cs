using EtcdDefrag.Cli.Commands;

namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// Reads a command line as Go's flag packages do. A switch is on by itself, and the word behind it is not its value; any other flag
/// takes the next word, whatever it looks like; <c>-wjson</c> is <c>-w json</c>; there are no flags behind <c>--</c>, and <c>-1</c> is
/// none. Flags may stand before the subcommand and behind it.
/// </summary>
/// <remarks>
/// No message contains what may be a secret: <c>--user root SECRET</c> has one as a stray word, and a mistyped <c>--pasword</c> is
/// followed by one.
/// </remarks>
internal sealed class ArgumentParser
{
    /// <summary>Every command has it.</summary>
    public static readonly Flag<bool> Help = new("help", FlagText.ReadBool, false) { Description = "Show this help.", Letter = 'h' };

    private const int MaxProblems = 10;

    private readonly ILookup<string, Flag> _flags;
    private readonly List<(string Name, string? Text)> _given = [];
    private readonly List<Word> _words = [];
    private readonly List<string> _problems = [];
    private CommandDefinition _command;
    private string _path;
    private bool _isBehindSecret;
    private bool _isBehindUnknown;

    private ArgumentParser(CommandDefinition root)
    {
        // Two commands may give one letter to different flags, but then both are switches or both take a value.
        _flags = AllFlags(root).Append(Help).SelectMany(f => f.Words.Select(w => (Word: w, Flag: f))).ToLookup(f => f.Word, f => f.Flag);
        _command = root;
        _path = root.Name;
    }

    public static ParsedArguments Parse(CommandDefinition root, IReadOnlyList<string> arguments)
    {
        var parser = new ArgumentParser(root);
        parser.ReadAll(arguments);
        return parser.Finish();
    }

    private static IEnumerable<Flag> AllFlags(CommandDefinition command) => command.Flags.Concat(command.Commands.SelectMany(AllFlags));

    private void ReadAll(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                _words.AddRange(arguments.Skip(i + 1).Select(a => new Word(a, _isBehindSecret)));
                return;
            }

            var (name, text) = Split(argument);
            if (_flags[name].FirstOrDefault() is { } flag)
            {
                AddFlag(name, flag, text ?? (flag.IsSwitch ? "true" : arguments.ElementAtOrDefault(++i)));
            }
            else if (argument is ['-', not (>= '0' and <= '9'), ..])
            {
                _problems.Add(Unrecognized(name));
                _isBehindUnknown = text is null;
            }
            else
            {
                AddWord(argument);
            }
        }
    }

    private (string Name, string? Text) Split(string argument) => argument switch
    {
        "-?" or "/?" or "/h" => ($"--{Help.Name}", null),
        ['-', not '-', not '=', ..] when _flags.Contains(argument[..2]) => (argument[..2], argument[2..]),
        _ when argument.Split('=', 2) is [var name, var text] => (name, text),
        _ => (argument, null),
    };

    private string Unrecognized(string word)
    {
        var shown = word is ['-' or '/', ..] ? ShownWord.OfUnknownFlag(word, _flags.SelectMany(f => f)) : ShownWord.Of(word);
        return $"Unrecognized command or argument '{shown}'.";
    }

    private void AddFlag(string name, Flag flag, string? text)
    {
        _isBehindSecret = flag.IsSecret;
        _isBehindUnknown = false;
        _given.Add((name, text));
        if (flag.IsSwitch && flag.FindProblem(text!) is { } problem)
        {
            _problems.Add($"{name} '{ShownWord.Of(text!)}' {problem}.");
        }
    }

    private void AddWord(string word)
    {
        if (_words.Count == 0 && _command.Find(word) is { } command)
        {
            _command = command;
            _path += $" {command.Name}";
        }
        else if (!_isBehindUnknown)
        {
            _words.Add(new Word(word, _isBehindSecret));
        }
    }

    private ParsedArguments Finish()
    {
        Flag[] flags = [.. _command.Flags, Help];
        var given = _given.Select(g => (g.Name, Flag: _flags[g.Name].FirstOrDefault(flags.Contains), g.Text)).ToArray();
        var incomplete = given.LastOrDefault(g => g.Text is null);
        _problems.AddRange(given.Where(g => g.Flag is null).Select(g => $"'{g.Name}' is not a flag of '{_path}'."));
        if (incomplete.Flag is not null)
        {
            _problems.Add($"{incomplete.Name} needs a value: {incomplete.Name} <{incomplete.Flag.ValueName}>.");
        }

        _problems.AddRange(_words.Skip(_command.Operand?.Max ?? 0).Select(w => w.IsHidden
            ? "Unrecognized argument behind a flag that takes a secret; it is not shown."
            : Unrecognized(w.Text)));
        if (_command.RunAsync is null)
        {
            _problems.Add($"'{_path}' needs a command: {string.Join(", ", _command.Commands.Select(c => c.Name))}.");
        }
        else if (_command.Operand is { } operand && _words.Count < operand.Min)
        {
            _problems.Add($"The {operand.Name} is missing: '{_path} {operand.Usage}'.");
        }

        if (_problems.Count > MaxProblems)
        {
            var left = _problems.Count - MaxProblems;
            _problems.RemoveRange(MaxProblems, left);
            _problems.Add(FormattableString.Invariant($"There are {left} more problems of this kind."));
        }

        return new ParsedArguments(_command, _path)
        {
            Given = given.Where(g => g.Flag is not null && g.Text is not null).ToLookup(g => g.Flag!, g => g.Text!),
            Words = _words,
            Problems = _problems,
            Incomplete = incomplete.Flag,
            IsHelp = given.LastOrDefault(g => g.Flag == Help).Text is { } help && Help.FindProblem(help) is null && Help.Read(help),
        };
    }
}

/// <summary>A command line that has been read.</summary>
/// <param name="Command">The command that was called.</param>
/// <param name="Path">Its full name, for example <c>etcd-defrag alarm list</c>.</param>
internal sealed record ParsedArguments(CommandDefinition Command, string Path)
{
    /// <summary>The texts that were given for each flag of the command.</summary>
    public required ILookup<Flag, string> Given { get; init; }

    /// <summary>The words besides flags.</summary>
    public required IReadOnlyList<Word> Words { get; init; }

    /// <summary>A sentence about each thing that cannot be read.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The flag at the end whose value is missing.</summary>
    public Flag? Incomplete { get; init; }

    public bool IsHelp { get; init; }
}

/// <summary>A word of the command line.</summary>
/// <param name="Text">The word.</param>
/// <param name="IsHidden">Whether it may be part of a secret and is not shown.</param>
internal sealed record Word(string Text, bool IsHidden);
