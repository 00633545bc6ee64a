using System.Management.Automation;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>Takes a connection from New-EtcdConnection, or what another cmdlet's output says of how its member was spoken to.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectionAttribute : ArgumentTransformationAttribute
{
    private const string Deserialized = "Deserialized.";

    /// <summary>Turns what was given into a connection.</summary>
    /// <param name="engineIntrinsics">The engine; not used.</param>
    /// <param name="inputData">What was given.</param>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var wrapped = inputData as PSObject;
        return (wrapped?.BaseObject ?? inputData) switch
        {
            null => null,
            EtcdConnection connection => connection,
            EtcdConnectionOptions options => new EtcdConnection([], options),
            // What came back from a job or another machine has no key and no password any more: the parameters say what holds.
            _ when wrapped?.TypeNames.Any(n => n.StartsWith(Deserialized, StringComparison.Ordinal)) == true => null,
            // Not an error here: every object that comes down a pipeline is tried, and PowerShell's own type check says the rest.
            _ => inputData,
        };
    }
}
