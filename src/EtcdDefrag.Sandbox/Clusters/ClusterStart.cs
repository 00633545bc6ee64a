using System.Globalization;
using EtcdDefrag.Sandbox.Clients;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Starts the members of a new cluster on ports that are free.</summary>
internal sealed class ClusterStart(
    EtcdSandboxOptions options, string folder, IReadOnlyList<EtcdBinary> binaries, Func<int, IReadOnlyList<int>> findPorts)
{
    private const int MaxAttempts = 4;
    private const int PortsPerMember = 2;

    private readonly SandboxClock _clock = new(options.TimeProvider, options.StartTimeout);

    /// <summary>Who the clients of all members are.</summary>
    public SandboxLogin Login { get; } = new();

    /// <summary>Starts them and returns when all answer; another set of ports is tried when one was taken meanwhile.</summary>
    public async Task<IReadOnlyList<EtcdSandboxMember>> RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var launches = Plan();
            var members = launches.ConvertAll(launch => new EtcdSandboxMember(launch, _clock, Login));
            try
            {
                foreach (var member in members)
                {
                    member.Launch();
                }

                await Parallel.ForEachAsync(
                    members,
                    new ParallelOptions { MaxDegreeOfParallelism = members.Count, CancellationToken = cancellationToken },
                    async (member, token) => await member.WaitUntilAnsweringAsync(token).ConfigureAwait(false)).ConfigureAwait(false);
                return members;
            }
            catch (EtcdSandboxException) when (attempt < MaxAttempts && launches.Exists(launch => launch.FoundPortTaken()))
            {
                options.Log?.Invoke("A port was taken by another program; trying others.");
                await EndAsync(members).ConfigureAwait(false);
                DeleteTraces(launches);
            }
            catch
            {
                await EndAsync(members).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Kills the members and closes what they hold.</summary>
    public static async Task EndAsync(IEnumerable<EtcdSandboxMember> members)
    {
        foreach (var member in members)
        {
            await member.KillAsync(CancellationToken.None).ConfigureAwait(false);
            member.Client.Dispose();
        }
    }

    /// <summary>A member that joins the running ones.</summary>
    public EtcdSandboxMember PlanJoining(int number, string initialCluster)
    {
        var launch = Plan(number, findPorts(PortsPerMember));
        launch = launch with { Joins = true, InitialCluster = $"{initialCluster},{launch.ClusterEntry}" };
        return new EtcdSandboxMember(launch, _clock, Login);
    }

    private List<MemberLaunch> Plan()
    {
        var ports = findPorts(PortsPerMember * options.Members);
        var launches = ports.Chunk(PortsPerMember).Select((pair, index) => Plan(index + 1, pair)).ToList();
        var initialCluster = string.Join(',', launches.Select(launch => launch.ClusterEntry));
        return launches.ConvertAll(launch => launch with { InitialCluster = initialCluster });
    }

    private MemberLaunch Plan(int number, IReadOnlyList<int> ports)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"m{number}");
        return new MemberLaunch(folder, name, ports[0], ports[1], binaries[(number - 1) % binaries.Count])
        {
            QuotaBytes = options.QuotaBytes,
            Tls = options.Tls,
            ListensOnSocket = options.UnixSockets,
            AdvertisedUrl = options.AdvertiseClientUrl?.Invoke(number),
            Arguments = options.Arguments,
        };
    }

    private static void DeleteTraces(IEnumerable<MemberLaunch> launches)
    {
        foreach (var launch in launches)
        {
            File.Delete(launch.LogFile);
            if (Directory.Exists(launch.DataFolder))
            {
                Directory.Delete(launch.DataFolder, recursive: true);
            }
        }
    }
}
