using System.Management.Automation;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>Lets a policy be given by the name of a preset.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PolicyPresetAttribute : ArgumentTransformationAttribute
{
    /// <summary>The names of all presets, for messages.</summary>
    internal static string Names => string.Join(", ", PolicyPresets.All.Select(p => p.Name));

    /// <summary>Turns a name into its preset. A policy stays what it is, and null is for the parameter's own validation.</summary>
    /// <param name="engineIntrinsics">The engine; not used.</param>
    /// <param name="inputData">What was given.</param>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            null or EtcdDefragPolicy => given,
            string name => PolicyPresets.Find(name) ?? throw new ArgumentTransformationMetadataException($"'{name}' is no policy; known are {Names}."),
            _ when inputData is PSObject written && DeserializedPolicy.Is(written) => DeserializedPolicy.Read(written),
            // PowerShell would build a policy out of a hashtable, whatever is in it.
            _ => throw new ArgumentTransformationMetadataException($"A policy comes from New-EtcdDefragPolicy, or is one of {Names}."),
        };
    }
}
