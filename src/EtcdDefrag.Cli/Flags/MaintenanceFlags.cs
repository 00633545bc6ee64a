namespace EtcdDefrag.Cli.Flags;

/// <summary>What the commands beside a run have of their own.</summary>
internal static class MaintenanceFlags
{
    // Not --force: its variable may be set for runs, and would let every backup replace another one.
    public static readonly Flag<bool> Overwrite = new("overwrite", FlagText.ReadBool, false)
    {
        Description = "Replace the file if there is one of that name.",
    };

    public static IReadOnlyList<Flag> All { get; } = [Overwrite];
}
