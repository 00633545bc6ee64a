using System.Text.Json;

namespace EtcdDefrag.Reporting;

/// <summary>
/// Reads the JSON lines of a run (<c>etcd-defrag -w json</c>), of the commands that show members, and of a monitor
/// (<c>etcd-defrag monitor --output json</c>). docs/output.md and docs/monitoring.md describe them.
/// </summary>
internal static class ReportLines
{
    /// <summary>Reads one line; an empty one holds nothing.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static IReadOnlyList<ReportItem> Read(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return [];
        }

        using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 });
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? [.. ItemsOf(document.RootElement)]
            : throw new JsonException("It is not a JSON object.");
    }

    private static IEnumerable<ReportItem> ItemsOf(JsonElement line) => (Get(line, "type") as string) switch
    {
        "planned" => Nested(line, "steps"),
        "inspected" => Nested(line, "status"),
        "warning" => [Problem(line, "Warning", Get(line, "text"))],
        "refused" => [Problem(line, $"Refused ({Get(line, "rule")})", $"{Get(line, "reason")} {Get(line, "remedy")}")],
        _ => ReportItem.Read(name => Get(line, name)) is { } item ? [item] : [],
    };

    private static IEnumerable<ReportItem> Nested(JsonElement line, string list) =>
        line.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
                .Where(item => item.ValueKind == JsonValueKind.Object)
                .Select(item => ReportItem.Read(name => Get(item, name)))
                .OfType<ReportItem>()
            : [];

    private static ReportItem Problem(JsonElement line, string state, object? text) => new()
    {
        Kind = ReportItemKind.Event,
        State = state,
        Text = $"{text}".Trim(),
        At = ReportItem.Time(Get(line, "time")),
        IsProblem = true,
    };

    private static object? Get(JsonElement element, string name)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return ValueOf(property.Value);
            }
        }

        return null;
    }

    private static object? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(ValueOf).ToArray(),
        _ => null,
    };
}
