namespace EtcdDefrag.Integration.Support.Dns;

/// <summary>What a <see cref="DnsResponder"/> does with a question.</summary>
internal enum DnsMode
{
    /// <summary>Answers with the name's records; NXDOMAIN where it has none.</summary>
    Answer,

    /// <summary>Says that the name exists and has no such records.</summary>
    NoRecords,

    /// <summary>Answers SERVFAIL.</summary>
    ServerFailure,

    /// <summary>Answers REFUSED.</summary>
    Refused,

    /// <summary>Answers truncated over UDP, and whole over TCP.</summary>
    Truncated,

    /// <summary>Answers truncated over TCP too.</summary>
    TruncatedOverTcp,

    /// <summary>Answers truncated over UDP, and closes the connection over TCP.</summary>
    CutOverTcp,

    /// <summary>Answers truncated over UDP; over TCP the first byte of the answer's length comes alone.</summary>
    SplitOverTcp,

    /// <summary>Answers truncated over UDP; over TCP forged answers come right behind the true one.</summary>
    ForgedBehindOverTcp,

    /// <summary>Says nothing.</summary>
    Silent,

    /// <summary>Answers with another id.</summary>
    WrongId,

    /// <summary>Answers as to another question.</summary>
    WrongQuestion,

    /// <summary>Sends bytes that are no message.</summary>
    Garbage,

    /// <summary>Sends forged answers of every kind first, and the true one behind them.</summary>
    ForgedFirst,

    /// <summary>Answers with a record whose name points to itself.</summary>
    CompressionLoop,
}
