namespace EtcdDefrag.Client;

/// <summary>A call to a member that has ended, for those who want to see the wire. It holds nothing that was said.</summary>
/// <param name="Endpoint">The member's address.</param>
/// <param name="Method">The method's path, for example <c>/etcdserverpb.Maintenance/Status</c>.</param>
/// <param name="Took">From the call to its end.</param>
/// <param name="Failure">Why it failed; null where it was answered.</param>
internal sealed record EtcdCall(string Endpoint, string Method, TimeSpan Took, Exception? Failure);
