using System.Management.Automation;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>
/// Takes a connection from New-EtcdConnection, or the connection that another cmdlet's output carries. What is not a usable connection is
/// kept for the cmdlet to refuse: a default for -Connection that does not bind would only be warned of, and another cluster be asked.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ConnectionAttribute : ArgumentTransformationAttribute
{
    private static readonly EtcdConnection Missing = new([], new EtcdConnectionOptions());
    private static readonly EtcdConnection Deserialized = new([], new EtcdConnectionOptions());

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var wrapped = inputData as PSObject;
        return (wrapped?.BaseObject ?? inputData) switch
        {
            null => Missing,
            EtcdConnection connection => connection,
            EtcdConnectionOptions options => new EtcdConnection([], options),
            _ when wrapped is not null && PipelineObject.IsDeserialized(wrapped) => Deserialized,
            _ => inputData, // which PowerShell's own type check refuses
        };
    }

    /// <summary>Why -Connection cannot be used, as a sentence; null where it can, or was not given.</summary>
    public static string? FindProblem(EtcdConnection? given) =>
        ReferenceEquals(given, Missing) ? "-Connection is $null."
        : ReferenceEquals(given, Deserialized) ? PipelineObject.KeylessConnection
        : null;
}
