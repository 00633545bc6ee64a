using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support;

/// <summary>Starts sandboxes of the versions under test.</summary>
internal static class TestCluster
{
    /// <summary>Starts a cluster.</summary>
    /// <param name="members">How many members.</param>
    /// <param name="minors">The versions, which the members take in turn; none for 3.5.</param>
    public static Task<EtcdSandbox> StartAsync(int members, params string[] minors) =>
        StartAsync(new EtcdSandboxOptions { Members = members }, minors);

    /// <summary>Starts a cluster that is special in some way.</summary>
    public static async Task<EtcdSandbox> StartAsync(EtcdSandboxOptions options, params string[] minors)
    {
        string[] wanted = minors.Length > 0 ? minors : ["3.5"];
        return await EtcdSandbox.StartAsync(options with { Binaries = await Task.WhenAll(wanted.Select(EtcdVersions.FindAsync)) });
    }
}
