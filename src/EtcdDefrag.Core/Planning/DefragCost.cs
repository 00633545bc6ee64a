namespace EtcdDefrag.Planning;

/// <summary>What a defragmentation costs its member. The cost follows the bytes in use, not the size of the file.</summary>
internal static class DefragCost
{
    private const double SlowBytesPerSecond = 50e6;
    private const double MinBytesPerSecond = 10e6;

    /// <summary>About how long the member will not respond, at 50 MB/s; measured rates are 71 to 340 MB/s.</summary>
    public static TimeSpan EstimatePause(long bytesInUse) => TimeSpan.FromSeconds(Math.Max(0, bytesInUse) / SlowBytesPerSecond);

    /// <summary>The free disk space needed in addition to the database file: etcd writes a copy of about the bytes in use x 1.1.</summary>
    public static long EstimateDiskBytes(long bytesInUse) => (long)(Math.Max(0, bytesInUse) * 1.1);

    /// <summary>How long to wait for the answer: at least a minute, and longer than the slowest disk fit for etcd needs.</summary>
    public static TimeSpan Deadline(long bytesInUse)
    {
        var slowest = TimeSpan.FromSeconds((Math.Max(0, bytesInUse) / MinBytesPerSecond) + 30);
        return slowest > TimeSpan.FromMinutes(1) ? slowest : TimeSpan.FromMinutes(1);
    }
}
