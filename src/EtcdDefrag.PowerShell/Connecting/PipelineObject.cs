using System.Management.Automation;
using System.Net;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>The members that the parameters, or one object from the pipeline, name.</summary>
/// <param name="Endpoints">Where they are, as it was written; empty where that is still to be found.</param>
/// <param name="Options">How to connect to them; null where nothing says so.</param>
/// <param name="ClusterId">The cluster that they belong to; empty where it is not known.</param>
internal sealed record NamedMembers(IReadOnlyList<string> Endpoints, EtcdConnectionOptions? Options = null, string ClusterId = "");

/// <summary>Reads which members an object names: it is an address, a connection, or has the property Endpoint.</summary>
internal static class PipelineObject
{
    /// <summary>What is wrong with a connection that comes from a job or a file, as a sentence.</summary>
    public const string KeylessConnection =
        "A connection cannot pass through a job, another machine or a file: it arrives without its keys and passwords.";

    private const string DeserializedPrefix = "Deserialized.";

    /// <summary>Whether an object came back from a job, another machine or a file, as a list of its properties.</summary>
    public static bool IsDeserialized(PSObject item) => HasTypeName(item, DeserializedPrefix);

    /// <summary>Whether an object was a connection before it was serialized.</summary>
    public static bool IsKeylessConnection(PSObject item) => HasTypeName(item, DeserializedPrefix + "EtcdDefrag.Connection.");

    /// <summary>Whether an object carried its connection before it was serialized.</summary>
    public static bool HasLostConnection(PSObject item) => IsDeserialized(item) && item.Properties["Connection"]?.Value is not null;

    public static bool IsAddress(PSObject item) => ReadAddress(item) is not null;

    /// <summary>Reads an object; null where it names no members.</summary>
    public static NamedMembers? Read(PSObject item) => item.BaseObject switch
    {
        var address when ReadAddress(address) is { } text => new NamedMembers([text]),
        EtcdConnection connection => new NamedMembers(connection.Endpoint, connection.GetOptions()),
        EtcdConnectionOptions options => new NamedMembers([], options),
        _ when ReadAddresses(item.Properties["Endpoint"]?.Value) is { } endpoints =>
            new NamedMembers(endpoints, ReadOptions(item), ReadText(item, "ClusterId") ?? ""),
        _ => null,
    };

    /// <summary>A property's text; null where it has none.</summary>
    public static string? ReadText(PSObject? item, string property) => Unwrap(item?.Properties[property]?.Value) as string;

    private static EtcdConnectionOptions? ReadOptions(PSObject item) => Unwrap(item.Properties["Connection"]?.Value) switch
    {
        EtcdConnectionOptions options => options,
        EtcdConnection connection => connection.GetOptions(),
        _ => null,
    };

    private static string[]? ReadAddresses(object? value)
    {
        var items = LanguagePrimitives.GetEnumerable(value)?.Cast<object?>().ToArray() ?? [value];
        var texts = items.Select(ReadAddress).OfType<string>().ToArray();
        return texts.Length == items.Length ? texts : null;
    }

    private static string? ReadAddress(object? value) => Unwrap(value) switch
    {
        string text => text,
        Uri address => address.OriginalString,
        IPAddress or IPEndPoint => $"{Unwrap(value)}",
        _ => null,
    };

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static bool HasTypeName(PSObject item, string prefix) =>
        item.TypeNames.Any(n => n.StartsWith(prefix, StringComparison.Ordinal));
}
