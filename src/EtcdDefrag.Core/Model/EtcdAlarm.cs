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
/// <param name="AlarmType">The kind of alarm.</param>
public sealed record EtcdAlarm(string MemberId, EtcdAlarmType AlarmType)
{
    /// <summary>The member's name; empty where the member list does not have it, as for a removed member.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's address, or that of the member that reported the alarm; empty until it is looked up.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address, so that the text of an alarm still identifies the member.</summary>
    public override string ToString() => Endpoint;
}

/// <summary>etcd's own names for its alarms.</summary>
internal static class AlarmNames
{
    public static string Of(EtcdAlarmType alarm) => alarm switch
    {
        EtcdAlarmType.None => "NONE",
        EtcdAlarmType.NoSpace => "NOSPACE",
        EtcdAlarmType.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };
}
