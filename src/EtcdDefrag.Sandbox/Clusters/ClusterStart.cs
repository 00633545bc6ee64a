using EtcdDefrag.Sandbox.Clients;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Starts members on ports that are free, and holds what they have in common.</summary>
internal sealed class ClusterStart(EtcdSandboxOptions options, string folder, Func<int, IReadOnlyList<int>> findPorts)
{
    private const int MaxAttempts = 4;
    private const int PortsPerMember = 2;

    public EtcdSandboxOptions Options => options;

    public string Folder => folder;

    /// <summary>Who the clients of all members are signed in as.</summary>
    public SandboxLogin Login { get; } = new();

    public ConditionWait Wait { get; } = new(options.StartTimeout);

    /// <summary>Starts them and returns when all answer; other ports are tried when one was taken meanwhile.</summary>
    public async Task<IReadOnlyList<EtcdSandboxMember>> RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var ports = findPorts(PortsPerMember * options.Members).Chunk(PortsPerMember);
            var members = ports.Select((pair, index) => new EtcdSandboxMember(this, index + 1, pair)).ToList();
            var entries = string.Join(',', members.Select(member => member.ClusterEntry));
            members.ForEach(member => member.InitialCluster = entries);
            try
            {
                members.ForEach(member => member.Launch());

                // The first that fails ends the wait for the others.
                await Parallel.ForEachAsync(
                    members,
                    new ParallelOptions { MaxDegreeOfParallelism = members.Count, CancellationToken = cancellationToken },
                    async (member, token) => await member.WaitUntilAnsweringAsync(token));
                return members;
            }
            catch (EtcdSandboxException) when (attempt < MaxAttempts && members.Exists(member => member.Log.NamesPortTaken))
            {
                options.Log?.Invoke("A port was taken by another program; trying others.");
                await EndAsync(members);
                members.ForEach(member => member.DeleteTraces());
            }
            catch
            {
                await EndAsync(members);
                throw;
            }
        }
    }

    /// <summary>Kills the members and closes what they hold.</summary>
    public static async Task EndAsync(IEnumerable<EtcdSandboxMember> members)
    {
        foreach (var member in members)
        {
            await member.KillAsync(CancellationToken.None);
            member.Client.Dispose();
        }
    }

    /// <summary>A member that is to join the running ones as a learner.</summary>
    public EtcdSandboxMember PlanLearner(int number) => new(this, number, findPorts(PortsPerMember), startsAsLearner: true);
}
