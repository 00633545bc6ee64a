using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace EtcdDefrag.Cli.Output;

/// <summary>JSON of which every object is one line.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions OneLine = new()
    {
        // It is read by programs and people, and never put into a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static string Write(JsonNode node) => node.ToJsonString(OneLine);
}
