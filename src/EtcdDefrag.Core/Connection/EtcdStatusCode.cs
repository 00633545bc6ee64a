namespace EtcdDefrag.Connection;

/// <summary>The status of a gRPC call, with gRPC's own numbers (grpc/doc/statuscodes.md).</summary>
public enum EtcdStatusCode
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The call was cancelled.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>The thing asked for is not there.</summary>
    NotFound = 5,

    /// <summary>The thing to be made is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller has no right to do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached; etcd says so for NOSPACE and for too many requests.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The call was given up for a conflict.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server does not know this call.</summary>
    Unimplemented = 12,

    /// <summary>The server broke one of its own rules.</summary>
    Internal = 13,

    /// <summary>The service is not available now.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known: no valid token.</summary>
    Unauthenticated = 16,
}
