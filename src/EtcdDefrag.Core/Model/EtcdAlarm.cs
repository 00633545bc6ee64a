using EtcdDefrag.Connection;

namespace EtcdDefrag.Model;

/// <summary>The kinds of alarm that etcd knows, with etcd's own numbers and names (rpc.proto, AlarmType).</summary>
public enum EtcdAlarmType
{
    /// <summary>No alarm.</summary>
    None = 0,

    /// <summary>NOSPACE: the database file has reached its quota; the cluster takes no writes.</summary>
    NoSpace = 1,

    /// <summary>CORRUPT: members do not hold the same data.</summary>
    Corrupt = 2,
}

/// <summary>An alarm that is armed for one member.</summary>
/// <param name="MemberId">The member's id in hexadecimal digits, as etcdctl prints it.</param>
/// <param name="AlarmType">What the alarm says.</param>
public sealed record EtcdAlarm(string MemberId, EtcdAlarmType AlarmType)
{
    /// <summary>The member's name; empty where the member list does not have it, as for a member that was removed.</summary>
    public string Name { get; init; } = "";

    /// <summary>The address of the member, or of the one that reported the alarm where the member list has no other; empty until somebody looks it up.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address: text that takes the object's place still names the member.</summary>
    public override string ToString() => Endpoint;
}
