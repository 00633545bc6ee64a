namespace EtcdDefrag.Cli.Output.Records;

/// <summary>Something that is written in the form that was asked for, such as a member's status or a result.</summary>
/// <param name="Type">What it is, as the JSON says it.</param>
/// <param name="Fields">Its fields in their order.</param>
internal sealed record Record(string Type, IReadOnlyList<Field> Fields);

/// <summary>A field of a record.</summary>
/// <param name="Name">Its name, in etcd's spelling for the form fields; the JSON begins it with a small letter.</param>
/// <param name="Value">A text, a number, a truth, a list of texts, or null for what is not known; in JSON alone also records.</param>
/// <param name="Title">The head of its column; null if the table leaves it out.</param>
internal sealed record Field(string Name, object? Value, string? Title = null)
{
    /// <summary>What the table shows; null for the value itself.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the value is an id in hexadecimal digits.</summary>
    public bool IsId { get; init; }
}
