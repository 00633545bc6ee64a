namespace EtcdDefrag.Model;

/// <summary>What a member lets this client do, as far as its version lets one see it.</summary>
/// <param name="Right">Whether the client has the root role, or needs none.</param>
/// <param name="UserName">The user the client takes itself for: that of its credential, else its certificate's common name; empty for none.</param>
public sealed record EtcdAccess(EtcdRight Right, string UserName);

/// <summary>Whether a client may make the calls for which etcd wants its root role.</summary>
public enum EtcdRight
{
    /// <summary>It may: authentication is off, or the user has the role.</summary>
    Granted,

    /// <summary>Authentication is on, and the user does not have the role.</summary>
    Denied,

    /// <summary>Authentication is on, and the member knows this client as no user.</summary>
    NoUser,
}
