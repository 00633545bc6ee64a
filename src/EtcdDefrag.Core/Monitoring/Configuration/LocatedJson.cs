using System.Text;
using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>A value of a JSON text that knows where it stands; the runtime's own documents do not.</summary>
internal sealed class LocatedJson
{
    private LocatedJson(JsonTokenType kind, string key, int line)
    {
        Kind = kind;
        Key = key;
        Line = line;
    }

    public JsonTokenType Kind { get; }

    /// <summary>The key with those above it; empty for the whole.</summary>
    public string Key { get; }

    /// <summary>Counted from 1.</summary>
    public int Line { get; }

    /// <summary>A string's content, or a number as it is written.</summary>
    public string Text { get; private init; } = "";

    /// <summary>The members of an object, in the order of the text.</summary>
    public List<(string Name, LocatedJson Value)> Members { get; } = [];

    /// <summary>The items of an array.</summary>
    public List<LocatedJson> Items { get; } = [];

    public LocatedJson? Find(string name) => Members.Find(m => m.Name == name).Value;

    public bool IsNull => Kind == JsonTokenType.Null;

    /// <summary>What it is, without what it holds: a value in the wrong place may well be a password.</summary>
    public string Shown => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>What it holds, where that is what a value of its kind is refused for.</summary>
    public string Quoted => Kind switch
    {
        JsonTokenType.String => $"\"{(Text.Length <= 40 ? Text : Text[..40] + "...")}\"",
        JsonTokenType.Number => Text,
        _ => Shown,
    };

    /// <summary>Reads a text with comments and trailing commas.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static LocatedJson Parse(ReadOnlySpan<byte> utf8)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };
        var reader = new Utf8JsonReader(utf8, options);
        var lines = new LineCounter(utf8);
        reader.Read();
        var root = ReadValue(ref reader, ref lines, "");
        reader.Read();
        return root;
    }

    private static LocatedJson ReadValue(ref Utf8JsonReader reader, ref LineCounter lines, string key)
    {
        var line = lines.LineOf(reader.TokenStartIndex);
        var place = new LocatedJson(reader.TokenType, key, line) { Text = TextOf(ref reader, line) };
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = ReadString(ref reader, lines.LineOf(reader.TokenStartIndex));
                reader.Read();
                place.Members.Add((name, ReadValue(ref reader, ref lines, key.Length > 0 ? $"{key}.{name}" : name)));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                place.Items.Add(ReadValue(ref reader, ref lines, $"{key}[{place.Items.Count}]"));
            }
        }

        return place;
    }

    private static string TextOf(ref Utf8JsonReader reader, int line) => reader.TokenType switch
    {
        JsonTokenType.String => ReadString(ref reader, line),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => "",
    };

    /// <summary>The reader looks at the bytes of a string only when it is asked for them, and has an exception of another kind for it.</summary>
    private static string ReadString(ref Utf8JsonReader reader, int line)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException notText)
        {
            throw new JsonException(
                "a string is not valid UTF-8, or holds half of a \\u surrogate pair. Save the file as UTF-8.", path: null, lineNumber: line - 1, bytePositionInLine: null, notText);
        }
    }

    /// <summary>Counts on from where it was asked last.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _counted;
        private int _line = 1;

        public int LineOf(long at)
        {
            _line += _text[_counted..(int)at].Count((byte)'\n');
            _counted = (int)at;
            return _line;
        }
    }
}
