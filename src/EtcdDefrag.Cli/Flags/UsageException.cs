namespace EtcdDefrag.Cli.Flags;

/// <summary>The command was called in a way that it cannot be: exit code 64, and nothing was sent.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
