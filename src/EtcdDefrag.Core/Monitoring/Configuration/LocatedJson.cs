using System.Text;
using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>A JSON value that knows its line and key, which the runtime's own documents do not.</summary>
internal sealed class LocatedJson
{
    public required JsonTokenType Kind { get; init; }

    /// <summary>The key with those above it, such as <c>windows[0].from</c>; empty for the whole text.</summary>
    public required string Key { get; init; }

    /// <summary>Counted from 1.</summary>
    public required int Line { get; init; }

    /// <summary>A string's content, or a number as it is written.</summary>
    public required string Text { get; init; }

    /// <summary>The members of an object, in the order of the text.</summary>
    public List<(string Name, LocatedJson Value)> Members { get; } = [];

    /// <summary>The items of an array.</summary>
    public List<LocatedJson> Items { get; } = [];

    /// <summary>A number, or the kind of anything else: a text in the wrong place may be a password.</summary>
    public string Shown => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => Text,
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The content, where a text is expected.</summary>
    public string Quoted => Kind == JsonTokenType.String ? $"\"{(Text.Length <= 40 ? Text : Text[..40] + "...")}\"" : Shown;

    public LocatedJson? Find(string name) => Members.Find(m => m.Name == name).Value;

    /// <summary>Parses a text with comments and trailing commas.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static LocatedJson Parse(ReadOnlySpan<byte> utf8)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };
        var reader = new Utf8JsonReader(utf8, options);
        var lines = new LineCounter(utf8);
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, ref lines, "");
            reader.Read();
            return root;
        }
        catch (InvalidOperationException notText)
        {
            // The reader checks the bytes of a string only when it is asked for the string.
            const string Reason = "a string is not valid UTF-8, or holds half of a \\u surrogate pair. Save the file as UTF-8.";
            throw new JsonException(Reason, path: null, lines.LineOf(reader.TokenStartIndex) - 1, bytePositionInLine: null, notText);
        }
    }

    private static LocatedJson ReadValue(ref Utf8JsonReader reader, ref LineCounter lines, string key)
    {
        var value = new LocatedJson
        {
            Kind = reader.TokenType,
            Key = key,
            Line = lines.LineOf(reader.TokenStartIndex),
            Text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => "",
            },
        };
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                value.Members.Add((name, ReadValue(ref reader, ref lines, key.Length > 0 ? $"{key}.{name}" : name)));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                value.Items.Add(ReadValue(ref reader, ref lines, $"{key}[{value.Items.Count}]"));
            }
        }

        return value;
    }

    /// <summary>Counts on from the position of the last call.</summary>
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
