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
    private static readonly string[] Forms = ["simple", "json", "table", "fields"];

    public static readonly Flag<OutputForm> WriteOut = new("write-out", ReadForm, OutputForm.Simple)
    {
        Description = "The form of the results on standard output: simple, json (one object a line), table, fields.",
        ValueName = "form",
        Default = "simple",
        Letter = 'w',
        Choices = Forms,
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> Hex = new("hex", FlagText.ReadBool, false)
    {
        Description = "Write ids in hexadecimal digits where the form fields has decimal ones.",
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> Debug = new("debug", FlagText.ReadBool, false)
    {
        Description = "Write every setting with where it comes from, and every call to a member, to standard error. No secret is shown.",
        IsEtcdctls = true,
    };

    public static IReadOnlyList<Flag> All { get; } = [WriteOut, Hex, Debug];

    private static OutputForm ReadForm(string text) => text switch
    {
        "simple" => OutputForm.Simple,
        "json" => OutputForm.Json,
        "table" => OutputForm.Table,
        "fields" => OutputForm.Fields,
        "protobuf" => throw new FormatException("is not written here; take json"),
        _ => throw new FormatException($"is no form of output; known are {string.Join(", ", Forms)}"),
    };
}
