
namespace EtcdDefrag.Sandbox;

/// <content>Authentication: the users, and the sandbox as one of them.</content>
public sealed partial class EtcdSandbox
{
    private const string RootUser = "root";

    /// <summary>
    /// Makes the user root, and others, and switches etcd's authentication on; every member that can answer knows of it when this
    /// returns. From then on the sandbox and the clients of its members are root, with a token that they renew when it has expired.
    /// </summary>
    /// <param name="rootPassword">The password of root.</param>
    /// <param name="users">Further users; a role that several have is made once.</param>
    /// <param name="cancellationToken">Gives it up half-way.</param>
    /// <exception cref="EtcdSandboxClientException">etcd refused, for instance because authentication is on already.</exception>
    public async Task EnableAuthenticationAsync(
        string rootPassword, IEnumerable<EtcdSandboxUser>? users = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootPassword);
        var leader = await GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        var root = new EtcdSandboxUser(RootUser, rootPassword) { Roles = [EtcdSandboxRole.Root] };
        await AddUsersAsync(leader.Client, [root, .. users ?? []], cancellationToken).ConfigureAwait(false);
        await leader.Client.EnableAuthenticationAsync(cancellationToken).ConfigureAwait(false);
        _start.Login.SignInAs(RootUser, rootPassword);
        await _agreement.CatchUpAsync(leader, "authentication", cancellationToken).ConfigureAwait(false);
    }

    private static async Task AddUsersAsync(
        EtcdSandboxClient client, IReadOnlyList<EtcdSandboxUser> users, CancellationToken cancellationToken)
    {
        foreach (var role in users.SelectMany(user => user.Roles).Distinct())
        {
            await client.AddRoleAsync(role, cancellationToken).ConfigureAwait(false);
        }

        foreach (var user in users)
        {
            await client.AddUserAsync(user, cancellationToken).ConfigureAwait(false);
            foreach (var role in user.Roles)
            {
                await client.GrantRoleAsync(user.Name, role.Name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks a voter for a token, for a learner, which gives none but takes those of the others.</summary>
    private Task<string> AuthenticateAtVoterAsync(string user, string password, CancellationToken cancellationToken)
    {
        var voter = _members.FirstOrDefault(member => member.IsAnswering && !member.StartedAsLearner)
            ?? throw new EtcdSandboxException("No voter is running that could give a token.");
        return voter.Client.AuthenticateAsync(user, password, cancellationToken);
    }
}
