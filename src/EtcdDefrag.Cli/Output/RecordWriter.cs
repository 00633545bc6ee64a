using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

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

/// <summary>Writes records as a table with a frame, as fields or as JSON; each form like etcdctl's of that name.</summary>
internal sealed class RecordWriter(LineOutput output, OutputForm form, bool isHex)
{
    public void Write(IReadOnlyList<Record> records)
    {
        if (form == OutputForm.Json)
        {
            foreach (var record in records)
            {
                output.WriteJson(JsonLines.Write(ToJson(record)));
            }

            return;
        }

        foreach (var line in form == OutputForm.Fields ? records.SelectMany(WriteFields) : WriteTable(records))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>The record as an object, its type first. Ids stay hexadecimal: as numbers they would be rounded by most readers.</summary>
    public static JsonObject ToJson(Record record)
    {
        var json = new JsonObject { ["type"] = record.Type };
        foreach (var field in record.Fields)
        {
            json[JsonName(field.Name)] = field.Value switch
            {
                null => null,
                string text => DisplayText.Cut(text),
                string[] texts => new JsonArray([.. texts.Select(t => (JsonNode)DisplayText.Cut(t))]),
                Record nested => ToJson(nested),
                IEnumerable<Record> nested => new JsonArray([.. nested.Select(ToJson)]),
                bool truth => truth,
                int number => number,
                long number => number,
                ulong number => number,
                double number => number,
                var other => throw new InvalidOperationException($"{field.Name} is of {other.GetType()}, which has no JSON."),
            };
        }

        return json;
    }

    private static string JsonName(string name) => name.StartsWith("DB", StringComparison.Ordinal)
        ? $"db{name[2..]}"
        : char.ToLowerInvariant(name[0]) + name[1..].Replace("ID", "Id", StringComparison.Ordinal);

    private IEnumerable<string> WriteFields(Record record) =>
        [.. record.Fields.Where(f => f.Value is not (null or IEnumerable<Record>)).Select(f => $"\"{f.Name}\" : {FieldText(f)}"), ""];

    private string FieldText(Field field) => field.Value switch
    {
        string { Length: > 0 } id when field.IsId => isHex ? id : FromHex(id).ToString(CultureInfo.InvariantCulture),
        string text => JsonLines.Write(JsonValue.Create(DisplayText.Cut(text, DisplayText.MaxValue))),
        string[] texts => $"[{ValueText(texts)}]",
        var value => ValueText(value),
    };

    private static IEnumerable<string> WriteTable(IReadOnlyList<Record> records)
    {
        var titles = records.SelectMany(r => r.Fields).Select(f => f.Title).OfType<string>().Distinct().ToArray();
        var rows = records.Select(r => titles.Select(t => TableText(r.Fields.FirstOrDefault(f => f.Title == t))).ToArray()).ToArray();
        var widths = titles.Select((t, i) => rows.Select(r => r[i].Length).Append(t.Length).Max()).ToArray();
        var rule = $"+{string.Join('+', widths.Select(w => new string('-', w + 2)))}+";
        return
        [
            rule,
            Line(titles.Select((t, i) => Centre(t, widths[i]))),
            rule,
            .. rows.Select(row => Line(row.Select((cell, i) => cell.PadLeft(widths[i])))),
            rule,
        ];
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Centre(string text, int width) => text.PadLeft(text.Length + ((width - text.Length) / 2)).PadRight(width);

    private static string TableText(Field? field) => field?.Text ?? ValueText(field?.Value);

    private static string ValueText(object? value) => value switch
    {
        string[] texts => string.Join(' ', texts.Select(DisplayText.Value)),
        string text => DisplayText.Value(text),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static ulong FromHex(string id) => ulong.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

/// <summary>JSON of which every object is one line.</summary>
internal static class JsonLines
{
    // It is read by programs and people, and never put into a web page.
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonNode? node)
    {
        if (node is null)
        {
            return "null";
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, OneLine))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
