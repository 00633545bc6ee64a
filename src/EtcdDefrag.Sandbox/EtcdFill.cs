namespace EtcdDefrag.Sandbox;

/// <summary>How much is written into a sandbox and how much of it is deleted again, so that there is something to defragment.</summary>
/// <param name="MiB">How many MiB every member's database grows by, at least 1.</param>
/// <param name="DeletedPart">Which part of that is deleted and compacted, from 0 to 1.</param>
internal sealed record EtcdFill(int MiB, double DeletedPart = 0.75)
{
    private readonly int _miB = CheckSize(MiB);
    private readonly double _deletedPart = CheckPart(DeletedPart);

    public int MiB
    {
        get => _miB;
        init => _miB = CheckSize(value);
    }

    public double DeletedPart
    {
        get => _deletedPart;
        init => _deletedPart = CheckPart(value);
    }

    private static int CheckSize(int miB) =>
        miB >= 1 ? miB : throw new ArgumentOutOfRangeException(nameof(miB), miB, "A fill writes at least 1 MiB.");

    private static double CheckPart(double part) =>
        part is >= 0 and <= 1 ? part : throw new ArgumentOutOfRangeException(nameof(part), part, "The part to delete is from 0 to 1.");
}
