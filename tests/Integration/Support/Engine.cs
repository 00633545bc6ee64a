using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Client;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Integration.Support;

/// <summary>The engine as both fronts use it, over the real wire.</summary>
internal static class Engine
{
    /// <summary>Patient enough for a busy machine, and short enough for a test of what does not answer.</summary>
    public static EtcdConnectionOptions Options { get; } = new()
    {
        ConnectionTimeout = TimeSpan.FromSeconds(2),
        OperationTimeout = TimeSpan.FromSeconds(5),
    };

    public static async Task<DefragReport> RunAsync(
        IEnumerable<string> endpoints,
        bool wholeCluster,
        Func<DefragRequest, DefragRequest>? change = null,
        IDefragObserver? observer = null,
        EtcdConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        using var connections = new MemberConnections(new EtcdConnector(), options ?? Options);
        var request = new DefragRequest
        {
            Endpoints = [.. endpoints.Select(EtcdEndpoint.Parse)],
            WholeCluster = wholeCluster,
        };
        return await new DefragRunner(connections, TimeProvider.System).RunAsync(
            change?.Invoke(request) ?? request, observer ?? new Silent(), cancellationToken);
    }

    public static async Task<ClusterSnapshot> InspectAsync(IEnumerable<string> endpoints, bool wholeCluster, EtcdConnectionOptions? options = null)
    {
        using var connections = new MemberConnections(new EtcdConnector(), options ?? Options);
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        EtcdEndpoint[] addresses = [.. endpoints.Select(EtcdEndpoint.Parse)];
        return wholeCluster
            ? await inspector.InspectClusterAsync(addresses, InspectionScope.Health, CancellationToken.None)
            : await inspector.InspectEndpointsAsync(addresses, InspectionScope.Status, CancellationToken.None);
    }

    /// <summary>
    /// Waits until nothing that can pass stands in the way of a run: a member that was started a moment ago may still be catching
    /// up. That a cluster was made of two versions does not pass.
    /// </summary>
    public static Task GuardsHoldAsync(IReadOnlyList<string> endpoints) => Eventually.HoldsAsync(
        async () =>
        {
            var snapshot = await InspectAsync(endpoints, wholeCluster: true);
            var (refusal, _) = Guards.Ask(new GuardContext(snapshot, HealthJudge.Judge(snapshot)), force: false);
            return refusal is null or { Rule: "MixedVersions" } ? true : throw new InvalidOperationException(refusal.Reason);
        },
        "every guard holds",
        TimeSpan.FromSeconds(60));

    /// <summary>A port to one member.</summary>
    public static IEtcdMember Connect(string endpoint) => new EtcdConnector().Connect(EtcdEndpoint.Parse(endpoint), Options);

    private sealed class Silent : IDefragObserver
    {
        public Task OnEventAsync(DefragEvent runEvent) => Task.CompletedTask;

        public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
            Task.FromResult<string?>(null);
    }
}
