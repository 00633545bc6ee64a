namespace EtcdDefrag.Sandbox;

/// <summary>A user of etcd, for <see cref="EtcdSandbox.EnableAuthenticationAsync"/>.</summary>
/// <param name="Name">The name; that in a client certificate's CommonName where etcd takes the user from there.</param>
/// <param name="Password">The password; null for a user who can come with a certificate only.</param>
internal sealed record EtcdSandboxUser(string Name, string? Password = null)
{
    public IReadOnlyList<EtcdSandboxRole> Roles { get; init; } = [];

    // A record shows all it has, and a password is not to be shown.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(Name)).Append(" = ").Append(Name);
        return true;
    }
}

/// <summary>A role of etcd.</summary>
/// <param name="Name">The name.</param>
/// <param name="KeyPrefix">The beginning of the keys it gives access to; empty for all keys, null for none.</param>
/// <param name="ReadOnly">Whether it may only read them.</param>
internal sealed record EtcdSandboxRole(string Name, string? KeyPrefix = null, bool ReadOnly = false)
{
    /// <summary>etcd's own role that may do everything.</summary>
    public static EtcdSandboxRole Root { get; } = new("root");
}
