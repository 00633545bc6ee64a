using System.Globalization;
using Grpc.Core;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Waits until the members that can answer are of one mind.</summary>
internal sealed class ClusterAgreement(SandboxClock clock, Func<IReadOnlyList<EtcdSandboxMember>> everyone)
{
    /// <summary>The members that run and are not paused.</summary>
    public IReadOnlyList<EtcdSandboxMember> Answering => [.. everyone().Where(member => member.IsAnswering)];

    /// <summary>Waits until all name one leader, that leader is among them, and, where wished, it is a certain one.</summary>
    public async Task<EtcdSandboxMember> WaitForLeaderAsync(EtcdSandboxMember? wanted, CancellationToken cancellationToken)
    {
        EtcdSandboxMember? leader = null;
        await clock.WaitAsync(LookAsync, cancellationToken).ConfigureAwait(false);
        return leader!;

        async Task<string?> LookAsync(CancellationToken token)
        {
            (leader, var amiss) = await FindLeaderAsync(token).ConfigureAwait(false);
            return amiss ?? (wanted is null || leader == wanted ? null : $"{leader!.Name} leads, not {wanted.Name}");
        }
    }

    /// <summary>Waits until there is one leader and every voter reads with a quorum's consent.</summary>
    public Task WaitUntilHealthyAsync(CancellationToken cancellationToken) => clock.WaitAsync(
        async token =>
        {
            var (_, amiss) = await FindLeaderAsync(token).ConfigureAwait(false);
            if (amiss is null)
            {
                await Task.WhenAll(Answering.Select(member => ReadAsync(member, token))).ConfigureAwait(false);
            }

            return amiss;
        },
        cancellationToken);

    /// <summary>Waits until every member that can answer has applied all that one of them has.</summary>
    public async Task CatchUpAsync(EtcdSandboxMember source, string news, CancellationToken cancellationToken)
    {
        var known = await source.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        foreach (var other in Answering)
        {
            await clock.WaitAsync(LookAsync, cancellationToken).ConfigureAwait(false);

            async Task<string?> LookAsync(CancellationToken token)
            {
                var status = await other.Client.GetStatusAsync(token).ConfigureAwait(false);
                return status.RaftAppliedIndex >= known.RaftAppliedIndex ? null : $"{other.Name} has not heard of {news}";
            }
        }
    }

    private static async Task ReadAsync(EtcdSandboxMember member, CancellationToken cancellationToken)
    {
        var status = await member.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        if (status.IsLearner)
        {
            return;
        }

        try
        {
            await member.Client.RangeAsync("quorum", cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdSandboxClientException exception) when (exception.Code == StatusCode.DataLoss)
        {
            // So it answers while a CORRUPT alarm is armed, by the sandbox's owner; the member itself works.
        }
    }

    private async Task<(EtcdSandboxMember? Leader, string? Amiss)> FindLeaderAsync(CancellationToken cancellationToken)
    {
        var members = Answering;
        if (members.Count == 0)
        {
            return (null, "no member is running");
        }

        var questions = members.Select(member => member.Client.GetStatusAsync(cancellationToken));
        var statuses = await Task.WhenAll(questions).ConfigureAwait(false);
        var named = statuses.Select(status => status.Leader).Distinct().ToList();
        var index = Array.FindIndex(statuses, status => status.Header.MemberId == named[0]);
        return named.Count == 1 && index >= 0
            ? (members[index], null)
            : (null, $"the running members name as leader: {Describe(named)}");
    }

    private static string Describe(IEnumerable<ulong> memberIds) =>
        string.Join(", ", memberIds.Select(id => id == 0 ? "none" : id.ToString("x", CultureInfo.InvariantCulture)));
}
