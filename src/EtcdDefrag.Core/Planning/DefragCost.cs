namespace EtcdDefrag.Planning;

/// <summary>What a defragmentation costs its member. The cost follows the bytes in use, not the size of the file.</summary>
public static class DefragCost
{
    private const double SlowBytesPerSecond = 50e6;
    private const double GivenUpBytesPerSecond = 10e6;

    /// <summary>How long the member will about answer nobody, reckoned at 50 MB/s; measured rates are 71 to 340 MB/s.</summary>
    /// <param name="bytesInUse">dbSizeInUse.</param>
    public static TimeSpan EstimatePause(long bytesInUse) => TimeSpan.FromSeconds(Math.Max(0, bytesInUse) / SlowBytesPerSecond);

    /// <summary>The free disk needed beside the database file: etcd writes a copy of about the bytes in use x 1.1.</summary>
    /// <param name="bytesInUse">dbSizeInUse.</param>
    public static long EstimateDiskBytes(long bytesInUse) => (long)(Math.Max(0, bytesInUse) * 1.1);

    /// <summary>How long to wait for the answer: a minute at least, and longer than the slowest disk worth running etcd on needs.</summary>
    /// <param name="bytesInUse">dbSizeInUse.</param>
    public static TimeSpan Deadline(long bytesInUse)
    {
        var slowest = TimeSpan.FromSeconds((Math.Max(0, bytesInUse) / GivenUpBytesPerSecond) + 30);
        return slowest > TimeSpan.FromMinutes(1) ? slowest : TimeSpan.FromMinutes(1);
    }
}
