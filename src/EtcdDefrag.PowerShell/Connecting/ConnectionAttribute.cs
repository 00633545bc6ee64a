using System.Management.Automation;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>
/// Takes a connection from New-EtcdConnection, or what another cmdlet's output says of how its member was spoken to. What stands for no
/// connection is kept, so that the cmdlet can refuse it: a default for -Connection that does not bind would only be warned of, and another
/// cluster be asked.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectionAttribute : ArgumentTransformationAttribute
{
    private static readonly EtcdConnection Missing = new([], new EtcdConnectionOptions());
    private static readonly EtcdConnection Deserialized = new([], new EtcdConnectionOptions());

    /// <summary>Turns what was given into a connection.</summary>
    /// <param name="engineIntrinsics">The engine; not used.</param>
    /// <param name="inputData">What was given.</param>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var wrapped = inputData as PSObject;
        return (wrapped?.BaseObject ?? inputData) switch
        {
            null => Missing,
            EtcdConnection connection => connection,
            EtcdConnectionOptions options => new EtcdConnection([], options),
            _ when wrapped is not null && PipelineObject.IsDeserialized(wrapped) => Deserialized,
            // PowerShell's own type check says the rest.
            _ => inputData,
        };
    }

    /// <summary>Why -Connection cannot be used, as a sentence; null where it can, or was not given.</summary>
    internal static string? FindProblem(EtcdConnection? given) =>
        ReferenceEquals(given, Missing) ? "-Connection is $null."
        : ReferenceEquals(given, Deserialized) ? PipelineObject.KeylessConnection
        : null;
}
