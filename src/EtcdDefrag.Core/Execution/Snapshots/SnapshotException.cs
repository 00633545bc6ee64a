namespace EtcdDefrag.Execution.Snapshots;

/// <summary>A snapshot could not be made, or not be kept. No file is left behind.</summary>
/// <param name="message">What was in the way.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="inner">The original failure, where there was one.</param>
public sealed class SnapshotException(string message, string remedy, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
