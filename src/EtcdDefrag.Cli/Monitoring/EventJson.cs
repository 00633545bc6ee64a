using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdDefrag.Monitoring.Telling;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Events as JSON, an object a line. What an event does not speak of is left out; times that something took are seconds.</summary>
internal static class EventJson
{
    // It is read by programs and people, and never put into a web page.
    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(EtcdMonitorEvent told) => JsonSerializer.Serialize(
        new
        {
            told.At,
            Level = EventText.Level(told.Level),
            told.Event,
            Cluster = OrNothing(told.Cluster),
            Message = DisplayText.Cut(told.Message),
            Endpoint = OrNothing(told.Endpoint),
            Name = OrNothing(told.Name),
            MemberId = OrNothing(told.MemberId),
            told.IsDue,
            told.Outcome,
            told.DbSizeBefore,
            told.DbSizeInUseBefore,
            told.DbSizeAfter,
            told.BytesReclaimed,
            told.Defragmented,
            told.Due,
            TookSeconds = told.Duration?.TotalSeconds,
            told.DueAt,
            told.Failures,
            Reason = OrNothing(told.Reason),
            File = OrNothing(told.File),
            told.Line,
        },
        OneLine);

    private static string? OrNothing(string text) => text.Length > 0 ? DisplayText.Cut(text) : null;
}
