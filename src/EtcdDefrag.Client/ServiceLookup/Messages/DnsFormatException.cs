namespace EtcdDefrag.Client.ServiceLookup.Messages;

/// <summary>A message is not what RFC 1035 and RFC 2782 allow.</summary>
/// <param name="message">What is wrong, as the end of a sentence.</param>
internal sealed class DnsFormatException(string message) : Exception(message);
