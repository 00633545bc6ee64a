namespace EtcdDefrag.Integration.Cli;

/// <summary>Says that a test proves what a flag of the command does.</summary>
/// <param name="flags">The flags' names without their hyphens.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShowsFlagAttribute(params string[] flags) : Attribute
{
    public IReadOnlyList<string> Flags => flags;
}
