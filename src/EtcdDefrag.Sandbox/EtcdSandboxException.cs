namespace EtcdDefrag.Sandbox;

/// <summary>The sandbox could not do what was asked: a member did not start, a condition did not come about in time.</summary>
public sealed class EtcdSandboxException : Exception
{
    /// <summary>Says what went wrong.</summary>
    /// <param name="message">What went wrong, with the end of the member's log where that helps.</param>
    /// <param name="innerException">The original exception, where there is one.</param>
    public EtcdSandboxException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
