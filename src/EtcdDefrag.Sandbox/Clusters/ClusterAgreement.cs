using Grpc.Core;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Waits until the members that can answer agree.</summary>
internal sealed class ClusterAgreement(ConditionWait wait, Func<IReadOnlyList<EtcdSandboxMember>> members)
{
    /// <summary>The members that run and are not paused.</summary>
    public IReadOnlyList<EtcdSandboxMember> Answering => [.. members().Where(member => member.IsAnswering)];

    /// <summary>Waits until all name one leader, that leader is among them, and, if given, it is the wanted one.</summary>
    public async Task<EtcdSandboxMember> WaitForLeaderAsync(EtcdSandboxMember? wanted, CancellationToken cancellationToken)
    {
        EtcdSandboxMember? leader = null;
        await wait.UntilAsync(FindProblemAsync, cancellationToken);
        return leader!;

        async Task<string?> FindProblemAsync(CancellationToken token)
        {
            (leader, var problem) = await FindLeaderAsync(token);
            return problem ?? (wanted is null || leader == wanted ? null : $"{leader!.Name} leads, not {wanted.Name}");
        }
    }

    /// <summary>Waits until there is one leader and every voter reads with a quorum's consent.</summary>
    public Task WaitUntilHealthyAsync(CancellationToken cancellationToken) => wait.UntilAsync(
        async token =>
        {
            var (_, problem) = await FindLeaderAsync(token);
            if (problem is null)
            {
                await Task.WhenAll(Answering.Select(member => ReadAsync(member, token)));
            }

            return problem;
        },
        cancellationToken);

    /// <summary>Waits until every member that can answer has applied all that one of them has.</summary>
    public async Task CatchUpAsync(EtcdSandboxMember source, string news, CancellationToken cancellationToken)
    {
        var known = await source.Client.GetStatusAsync(cancellationToken);
        foreach (var other in Answering)
        {
            await wait.UntilAsync(
                async token => (await other.Client.GetStatusAsync(token)).RaftAppliedIndex >= known.RaftAppliedIndex
                    ? null
                    : $"{other.Name} has not applied {news}",
                cancellationToken);
        }
    }

    private static async Task ReadAsync(EtcdSandboxMember member, CancellationToken cancellationToken)
    {
        var status = await member.Client.GetStatusAsync(cancellationToken);
        if (status.IsLearner)
        {
            return;
        }

        try
        {
            await member.Client.RangeAsync("quorum", cancellationToken);
        }
        catch (EtcdSandboxClientException exception) when (exception.Code == StatusCode.DataLoss)
        {
            // So it answers while a CORRUPT alarm is armed, by the sandbox's owner; the member itself works.
        }
    }

    private async Task<(EtcdSandboxMember? Leader, string? Problem)> FindLeaderAsync(CancellationToken cancellationToken)
    {
        var answering = Answering;
        if (answering.Count == 0)
        {
            return (null, "no member is running");
        }

        var statuses = await Task.WhenAll(answering.Select(member => member.Client.GetStatusAsync(cancellationToken)));
        var named = statuses.Select(status => status.Leader).Distinct().ToList();
        var index = Array.FindIndex(statuses, status => status.Header.MemberId == named[0]);
        return named.Count == 1 && index >= 0
            ? (answering[index], null)
            : (null, $"the running members name as leader: {string.Join(", ", named.Select(id => id == 0 ? "none" : $"{id:x}"))}");
    }
}
