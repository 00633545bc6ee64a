namespace EtcdDefrag.Model;

/// <summary>A member as the cluster's member list names it (rpc.proto, Member).</summary>
/// <param name="MemberId">The member's id in hexadecimal digits, as etcdctl prints it.</param>
/// <param name="Name">The member's name; empty until it has started for the first time.</param>
/// <param name="ClientUrls">The client addresses that the member advertises; empty until it has started for the first time.</param>
/// <param name="IsLearner">Whether it is a learner: it has the data and no vote.</param>
public sealed record EtcdMember(string MemberId, string Name, IReadOnlyList<string> ClientUrls, bool IsLearner);
