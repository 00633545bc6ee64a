namespace EtcdDefrag.Connection;

/// <summary>A user of etcd's own authentication, with the password. No property and no text shows the password.</summary>
public sealed class EtcdCredential
{
    private readonly string _password;

    /// <summary>Makes a credential.</summary>
    /// <param name="userName">The user's name; not empty.</param>
    /// <param name="password">The password; may be empty.</param>
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
    /// <returns>Null where neither has a password, which must be asked for.</returns>
    /// <exception cref="EtcdSettingException">The name is empty, or the password is given twice.</exception>
    internal static EtcdCredential? TryParse(string user, string? password)
    {
        var colon = user.IndexOf(':');
        if (password is not null && colon >= 0)
        {
            // etcdctl takes the whole as the name; then messages would show the password in it.
            throw new EtcdSettingException(
                $"user '{user[..colon]}'", "a password follows the name, and another one is given as well", "Give the password once.");
        }

        return password is not null ? new EtcdCredential(user, password)
            : colon >= 0 ? new EtcdCredential(user[..colon], user[(colon + 1)..])
            : null;
    }

    /// <summary>The password, for the one call that needs it.</summary>
    internal string RevealPassword() => _password;

    /// <summary>The user's name.</summary>
    public override string ToString() => UserName;
}
