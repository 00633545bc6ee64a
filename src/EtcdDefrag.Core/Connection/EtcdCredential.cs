namespace EtcdDefrag.Connection;

/// <summary>
/// A user of etcd's own authentication (Auth.Authenticate) with the password. The password is in no property and in no text, so
/// that no view, log or serialisation of this object can show it.
/// </summary>
public sealed class EtcdCredential
{
    private readonly string _password;

    /// <summary>Keeps a user's name and password.</summary>
    /// <param name="userName">The name; not empty.</param>
    /// <param name="password">The password; may be empty for users of etcd that have none.</param>
    /// <exception cref="EtcdSettingException">The name is empty.</exception>
    public EtcdCredential(string userName, string password)
    {
        if (string.IsNullOrEmpty(userName))
        {
            throw new EtcdSettingException("user", "its name is empty", "Give the name of a user that etcd knows.");
        }

        UserName = userName;
        _password = password;
    }

    /// <summary>The user's name.</summary>
    public string UserName { get; }

    /// <summary>Reads a user as etcdctl's <c>--user name[:password]</c> and <c>--password</c> give one.</summary>
    /// <param name="user">The name, or name and password with the first colon between; with a password given apart, the name.</param>
    /// <param name="password">The password, where it is given apart.</param>
    /// <returns>The credential; null where the password is in neither and must be asked for.</returns>
    /// <exception cref="EtcdSettingException">The name is empty, or the password is given twice.</exception>
    public static EtcdCredential? TryParse(string user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        if (password is not null && colon >= 0)
        {
            // etcdctl takes the whole for the name, which would be shown, the other password in it.
            throw new EtcdSettingException($"user '{user[..colon]}'", "a password stands behind the name and another one is given besides", "Give the password once.");
        }

        return password is not null ? new EtcdCredential(user, password)
            : colon >= 0 ? new EtcdCredential(user[..colon], user[(colon + 1)..])
            : null;
    }

    /// <summary>The password, for the one call that needs it.</summary>
    public string RevealPassword() => _password;

    /// <summary>The user's name.</summary>
    public override string ToString() => UserName;
}
