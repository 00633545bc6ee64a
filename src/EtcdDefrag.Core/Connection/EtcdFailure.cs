namespace EtcdDefrag.Connection;

/// <summary>What became of a call that did not succeed, as far as the client can know it.</summary>
public enum EtcdFailure
{
    /// <summary>No connection could be made (name, port, network): the member never saw the call.</summary>
    Unreachable,

    /// <summary>
    /// There is a connection, and no trust: one side refused the other's certificate, or only one of the two speaks TLS. The member
    /// never saw the call.
    /// </summary>
    TlsFailed,

    /// <summary>Something answered that is no etcd member: the call was not understood.</summary>
    NotEtcd,

    /// <summary>The connection broke after the call had been sent: the member may be carrying it out.</summary>
    ConnectionLost,

    /// <summary>The time given was over before an answer came: the member may be carrying it out.</summary>
    TimedOut,

    /// <summary>The member answered with an error.</summary>
    Refused,
}
