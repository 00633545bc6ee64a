using Etcdserverpb;

namespace EtcdDefrag.Sandbox;

/// <summary>The alarms a sandbox can arm.</summary>
public enum EtcdAlarmKind
{
    /// <summary>NOSPACE: the database has reached its quota; only deletes are taken.</summary>
    NoSpace = AlarmType.Nospace,

    /// <summary>CORRUPT: the members' databases differ; nothing is taken.</summary>
    Corrupt = AlarmType.Corrupt,
}
