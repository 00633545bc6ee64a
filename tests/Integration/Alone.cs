namespace EtcdDefrag.Integration;

/// <summary>
/// Tests that look at who answers and when, or that need a member to be busy for as long as something is done to it: beside others
/// on a small machine they would see the machine and not the members. They run after all others, one at a time.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "Alone";
}
