using System.Management.Automation;
using System.Net;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>Reads what an object from the pipeline says of members: an endpoint, a connection, or anything that has the property Endpoint.</summary>
internal static class PipelineObject
{
    /// <summary>What is wrong with a connection that comes from a job or a file, as a sentence.</summary>
    public const string KeylessConnection = "A connection cannot pass through a job, another machine or a file: it arrives without its keys and passwords.";

    private const string DeserializedPrefix = "Deserialized.";
    private const string DeserializedConnection = DeserializedPrefix + "EtcdDefrag.Connection.";

    /// <summary>Whether an object came back from a job, another machine or a file, as a list of its properties.</summary>
    public static bool IsDeserialized(PSObject item) => item.TypeNames.Any(n => n.StartsWith(DeserializedPrefix, StringComparison.Ordinal));

    /// <summary>Whether an object was a connection before it was written down.</summary>
    public static bool IsKeylessConnection(PSObject item) => item.TypeNames.Any(n => n.StartsWith(DeserializedConnection, StringComparison.Ordinal));

    /// <summary>Whether an object once brought its connection along, of which only a text or a list of properties is left.</summary>
    public static bool HasLostConnection(PSObject item) => IsDeserialized(item) && item.Properties["Connection"]?.Value is not null;

    /// <summary>Whether an object is nothing but an address.</summary>
    public static bool IsAddress(PSObject item) => ReadText(item) is not null;

    /// <summary>Reads an object; null where it says nothing of members.</summary>
    public static NamedMembers? Read(PSObject item) => item.BaseObject switch
    {
        var address when ReadText(address) is { } text => new NamedMembers([text]),
        EtcdConnection connection => new NamedMembers(connection.Endpoint) { Options = connection.GetOptions() },
        EtcdConnectionOptions options => new NamedMembers([]) { Options = options },
        _ => ReadProperties(item),
    };

    /// <summary>A property's text; null where it has none.</summary>
    public static string? ReadText(PSObject item, string property) => Unwrap(item.Properties[property]?.Value) as string;

    private static NamedMembers? ReadProperties(PSObject item) => ReadTexts(item.Properties["Endpoint"]?.Value) is { } endpoints
        ? new NamedMembers(endpoints)
        {
            Options = Unwrap(item.Properties["Connection"]?.Value) switch
            {
                EtcdConnectionOptions options => options,
                EtcdConnection connection => connection.GetOptions(),
                _ => null,
            },
            ClusterId = ReadText(item, "ClusterId") ?? "",
        }
        : null;

    private static string[]? ReadTexts(object? value)
    {
        var items = LanguagePrimitives.GetEnumerable(value)?.Cast<object?>().ToArray() ?? [value];
        var texts = items.Select(ReadText).OfType<string>().ToArray();
        return texts.Length == items.Length ? texts : null;
    }

    private static string? ReadText(object? value) => Unwrap(value) switch
    {
        string text => text,
        Uri address => address.OriginalString,
        IPAddress or IPEndPoint => $"{Unwrap(value)}",
        _ => null,
    };

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
