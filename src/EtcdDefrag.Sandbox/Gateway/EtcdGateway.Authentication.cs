using System.Text;
using System.Text.Json;

namespace EtcdDefrag.Sandbox.Gateway;

/// <content>Users, roles and tokens.</content>
public sealed partial class EtcdGateway
{
    /// <summary>Makes a user, without any role.</summary>
    /// <param name="user">The name and the password; the roles are not looked at.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task AddUserAsync(EtcdSandboxUser user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("name", user.Name);
            json.WriteString("password", user.Password ?? string.Empty);
            json.WriteStartObject("options");
            json.WriteBoolean("no_password", user.Password is null);
            json.WriteEndObject();
        }

        return ChangeAsync("v3/auth/user/add", Write, cancellationToken);
    }

    /// <summary>Makes a role with its permission.</summary>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Gives it up half-way.</param>
    public async Task AddRoleAsync(EtcdSandboxRole role, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(role);
        await ChangeAsync("v3/auth/role/add", json => json.WriteString("name", role.Name), cancellationToken).ConfigureAwait(false);
        if (role.KeyPrefix is { } prefix)
        {
            await ChangeAsync("v3/auth/role/grant", json => WritePermission(json, role, prefix), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a user a role.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="role">The role's name.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task GrantRoleAsync(string user, string role, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("user", user);
            json.WriteString("role", role);
        }

        return ChangeAsync("v3/auth/user/grant", Write, cancellationToken);
    }

    /// <summary>Switches authentication on. There must be a user root with the role root.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task EnableAuthenticationAsync(CancellationToken cancellationToken) =>
        ChangeAsync("v3/auth/enable", static _ => { }, cancellationToken);

    /// <summary>Exchanges a password for a token. A learner refuses this.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>What goes into a request's Authorization header, or gRPC's metadata key <c>token</c>.</returns>
    public Task<string> AuthenticateAsync(string user, string password, CancellationToken cancellationToken) =>
        _client.AuthenticateAsync(user, password, cancellationToken);

    private static void WritePermission(Utf8JsonWriter json, EtcdSandboxRole role, string prefix)
    {
        // An empty range is written as etcd writes "every key from here on": a zero byte.
        byte[] key = prefix.Length == 0 ? [0] : Encoding.UTF8.GetBytes(prefix);
        byte[] end = prefix.Length == 0 ? [0] : PrefixEnd(prefix);
        json.WriteString("name", role.Name);
        json.WriteStartObject("perm");
        json.WriteString("permType", role.ReadOnly ? "READ" : "READWRITE");
        json.WriteBase64String("key", key);
        json.WriteBase64String("range_end", end);
        json.WriteEndObject();
    }

    private Task<EtcdGatewayAnswer> ChangeAsync(string path, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayAnswer>(path, write, Patient, cancellationToken);
}
