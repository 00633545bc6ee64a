namespace EtcdDefrag.Cli.Flags;

/// <summary>In which form results are written.</summary>
internal enum OutputForm
{
    /// <summary>Lines for people.</summary>
    Simple,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>A table with a frame.</summary>
    Table,

    /// <summary>A line for each field.</summary>
    Fields,
}

/// <summary>What is written and how.</summary>
internal static class OutputFlags
{
    private static readonly string[] Forms = [.. Enum.GetNames<OutputForm>().Select(name => name.ToLowerInvariant())];

    public static readonly Flag<OutputForm> WriteOut = new("write-out", ReadForm, OutputForm.Simple)
    {
        Description = "Output format of the results: simple, json (one object per line), table, fields.",
        ValueName = "form",
        Default = "simple",
        Letter = 'w',
        Choices =
        [
            new("simple", "lines for people"),
            new("json", "one object a line, as things happen"),
            new("table", "a table with a frame"),
            new("fields", "a line for each field"),
        ],
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> Hex = new("hex", FlagText.ReadBool, false)
    {
        Description = "With -w fields, print ids in hexadecimal.",
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> Debug = new("debug", FlagText.ReadBool, false)
    {
        Description = "Log every setting with its source, and every call to a member. Secrets are not shown.",
        IsEtcdctls = true,
    };

    public static IReadOnlyList<Flag> All { get; } = [WriteOut, Hex, Debug];

    private static OutputForm ReadForm(string text) => Array.IndexOf(Forms, text) switch
    {
        >= 0 and var form => (OutputForm)form,
        _ when text == "protobuf" => throw new FormatException("is not supported; use json"),
        _ => throw new FormatException($"is not an output format; known are {string.Join(", ", Forms)}"),
    };
}
