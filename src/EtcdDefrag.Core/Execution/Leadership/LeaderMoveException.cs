namespace EtcdDefrag.Execution.Leadership;

/// <summary>Leadership was not handed over, or nobody can say so.</summary>
public sealed class LeaderMoveException : Exception
{
    /// <summary>Says why not.</summary>
    /// <param name="message">The reason, as a sentence that names the members.</param>
    /// <param name="remedy">What can be done, as a sentence.</param>
    /// <param name="innerException">The failure of the call, where it was one.</param>
    public LeaderMoveException(string message, string remedy, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What can be done.</summary>
    public string Remedy { get; }
}
