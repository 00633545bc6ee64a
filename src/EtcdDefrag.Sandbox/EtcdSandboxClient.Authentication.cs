using Authpb;
using Etcdserverpb;

namespace EtcdDefrag.Sandbox;

/// <content>Users, roles and tokens.</content>
public sealed partial class EtcdSandboxClient
{
    /// <summary>Makes a user, without any role.</summary>
    /// <param name="user">The name and the password; the roles are not looked at.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task AddUserAsync(EtcdSandboxUser user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var request = new AuthUserAddRequest
        {
            Name = user.Name,
            Password = user.Password ?? string.Empty,
            Options = new UserAddOptions { NoPassword = user.Password is null },
        };
        return CallAsync(call => _etcd.AuthClient.UserAddAsync(request, call).ResponseAsync, Patient, cancellationToken);
    }

    /// <summary>Makes a role with its permission.</summary>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Gives it up half-way.</param>
    public async Task AddRoleAsync(EtcdSandboxRole role, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(role);
        var request = new AuthRoleAddRequest { Name = role.Name };
        await CallAsync(call => _etcd.AuthClient.RoleAddAsync(request, call).ResponseAsync, Patient, cancellationToken)
            .ConfigureAwait(false);
        if (role.KeyPrefix is { } prefix)
        {
            var (key, end) = RangeOf(prefix);
            var type = role.ReadOnly ? Permission.Types.Type.Read : Permission.Types.Type.Readwrite;
            var grant = new AuthRoleGrantPermissionRequest
            {
                Name = role.Name,
                Perm = new Permission { PermType = type, Key = key, RangeEnd = end },
            };
            await CallAsync(call => _etcd.AuthClient.RoleGrantPermissionAsync(grant, call).ResponseAsync, Patient, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Gives a user a role.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="role">The role's name.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task GrantRoleAsync(string user, string role, CancellationToken cancellationToken)
    {
        var request = new AuthUserGrantRoleRequest { User = user, Role = role };
        return CallAsync(call => _etcd.AuthClient.UserGrantRoleAsync(request, call).ResponseAsync, Patient, cancellationToken);
    }

    /// <summary>Switches authentication on. There must be a user root with the role root.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task EnableAuthenticationAsync(CancellationToken cancellationToken) =>
        CallAsync(call => _etcd.AuthClient.AuthEnableAsync(new AuthEnableRequest(), call).ResponseAsync, Patient, cancellationToken);

    /// <summary>Exchanges a password for a token; whoever is signed in stays so. A learner refuses this.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>What goes into gRPC's metadata key <c>token</c>.</returns>
    public async Task<string> AuthenticateAsync(string user, string password, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = user, Password = password };
        var answer = await CallOnceAsync(
            call => _etcd.AuthClient.AuthenticateAsync(request, call).ResponseAsync, token: null, Quick, cancellationToken)
            .ConfigureAwait(false);
        return answer.Token;
    }
}
