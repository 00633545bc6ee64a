using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>
/// Finds members that would refuse what a run needs, before anything is touched: every release of etcd requires its root role for
/// Defragment where authentication is on (v3rpc/maintenance.go).
/// </summary>
internal sealed class AccessProbe(MemberConnections connections)
{
    private const string NeedsRoot = "a defragmentation needs the root role";

    /// <summary>What is missing, one sentence a member.</summary>
    public async Task<IReadOnlyList<string>> FindProblemsAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var members = snapshot.Voters.Where(CanAnswer).Select(v => v.Address).OfType<EtcdEndpoint>().Distinct().Select(connections.Get);
        var problems = await Task.WhenAll(members.Select(m => FindProblemAsync(m, cancellationToken))).ConfigureAwait(false);
        return [.. problems.OfType<string>()];
    }

    /// <summary>Whether a member refused a call because of who makes it.</summary>
    public static bool IsAboutTheUser(EtcdException refused) => refused is
    {
        Failure: EtcdFailure.Refused,
        Code: EtcdStatusCode.Unauthenticated or EtcdStatusCode.PermissionDenied or EtcdStatusCode.InvalidArgument,
    };

    /// <summary>A member that does not answer at all is for other guards, and need not be waited for twice.</summary>
    private static bool CanAnswer(MemberObservation voter) =>
        voter.Metrics is not { IsDefragmenting: true } && voter.Failure is null or EtcdException { Failure: EtcdFailure.Refused };

    private async Task<string?> FindProblemAsync(IEtcdMember member, CancellationToken cancellationToken)
    {
        try
        {
            var access = await member.GetAccessAsync(cancellationToken).ConfigureAwait(false);
            return access.Right switch
            {
                EtcdRight.Denied =>
                    $"User '{access.UserName}' does not have the root role at {member.Endpoint}, which a defragmentation needs.",
                EtcdRight.NoUser when access.UserName.Length > 0 =>
                    $"{member.Endpoint} has no user '{access.UserName}', as the client certificate says, and {NeedsRoot}.",
                EtcdRight.NoUser => $"Authentication is on at {member.Endpoint} and no user was given; {NeedsRoot}.",
                _ => null,
            };
        }
        catch (EtcdException refused) when (IsAboutTheUser(refused))
        {
            return refused.Call == "Authenticate" && connections.Options.Credential is { UserName: var user }
                ? $"User '{user}' could not log in at {member.Endpoint} ({refused.Detail}); {NeedsRoot}."
                : refused.Message;
        }
        catch (EtcdException)
        {
            // Its health is for other guards; what cannot be seen here, the call itself will show.
            return null;
        }
    }
}
