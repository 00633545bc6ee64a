namespace EtcdDefrag.Model;

/// <summary>What a member allows this client, as far as its version shows.</summary>
/// <param name="Right">Whether the client may make the calls for which etcd requires its root role.</param>
/// <param name="UserName">The client's user: that of its credential, else its certificate's common name; empty for none.</param>
internal sealed record EtcdAccess(EtcdRight Right, string UserName);

internal enum EtcdRight
{
    /// <summary>Authentication is off, or the user has the root role.</summary>
    Granted,

    /// <summary>Authentication is on, and the user does not have the root role.</summary>
    Denied,

    /// <summary>Authentication is on, and the member knows no user for this client.</summary>
    NoUser,
}
