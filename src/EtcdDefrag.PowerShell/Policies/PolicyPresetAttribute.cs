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
            // PowerShell would build a policy out of a hashtable, and one that came back from a job has lost its rule.
            _ => throw new ArgumentTransformationMetadataException($"A policy comes from New-EtcdDefragPolicy, or is one of {Names}."),
        };
    }
}
