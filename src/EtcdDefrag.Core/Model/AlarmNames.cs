namespace EtcdDefrag.Model;

/// <summary>etcd's own words for its alarms.</summary>
public static class AlarmNames
{
    /// <summary>The alarm's name as etcd writes it: <c>NOSPACE</c>, <c>CORRUPT</c>, <c>NONE</c>.</summary>
    /// <param name="alarm">The alarm; a number that this version does not know becomes <c>UNKNOWN</c>.</param>
    public static string Of(EtcdAlarmType alarm) => alarm switch
    {
        EtcdAlarmType.None => "NONE",
        EtcdAlarmType.NoSpace => "NOSPACE",
        EtcdAlarmType.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };
}
