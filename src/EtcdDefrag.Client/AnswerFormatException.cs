namespace EtcdDefrag.Client;

/// <summary>What the other side sent, or was to be sent, is not what etcd's protocols allow.</summary>
internal sealed class AnswerFormatException(string message, Exception? inner = null) : Exception(message, inner);
