using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>
/// The proxy that the environment names: for endpoints with TLS elsewhere, and for nothing else. A process of its own for each, since
/// the environment is the process's.
/// </summary>
public sealed class ProxyTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    private const string Secret = "proxy-password-4711";
    private const string Pem = "-CACertificatePath ca.crt -CertificatePath client.crt -KeyPath client.key";
    private const string Ask = "Get-EtcdMemberStatus $env:T_NAMED " + Pem + " -ErrorAction Continue 2>&1 | ForEach-Object { \"$($_.Name ?? $_)\" }";

    /// <summary>A name that nobody can resolve, at the port of the first member.</summary>
    private string Authority => $"example.test:{new Uri(cluster.Sandbox.Endpoints[0]).Port}";

    [SkippableTheory]
    [InlineData("HTTPS_PROXY", "http://operator:" + Secret + "@")]
    [InlineData("https_proxy", "operator:" + Secret + "@")]
    public async Task A_member_with_TLS_elsewhere_is_reached_through_the_proxy_and_is_the_one_that_was_named(string variable, string prefix)
    {
        await using var proxy = new ConnectProxy("operator:" + Secret);

        var lines = await cluster.RunAsync(Ask, ("T_NAMED", $"https://{Authority}"), (variable, prefix + proxy.Address));

        Assert.Equal(["m1"], lines);
        Assert.Equal([Authority], proxy.Tunnels.Distinct());
    }

    [SkippableFact]
    public async Task What_is_here_or_without_TLS_or_excepted_is_never_asked_for_at_the_proxy()
    {
        await using var proxy = new ConnectProxy();
        var url = $"http://{proxy.Address}";

        var here = await cluster.RunAsync(Ask, ("T_NAMED", cluster.Sandbox.Endpoints[0]), ("HTTPS_PROXY", url), ("HTTP_PROXY", url));
        var plain = await cluster.RunAsync(Ask, ("T_NAMED", $"http://{Authority}"), ("HTTPS_PROXY", url), ("HTTP_PROXY", url));
        var excepted = await cluster.RunAsync(Ask, ("T_NAMED", $"https://{Authority}"), ("HTTPS_PROXY", url), ("NO_PROXY", "other.test,.test"));

        Assert.Equal(["m1"], here);
        Assert.Equal([$"http://{Authority} cannot be reached: the host name 'example.test' cannot be resolved."], plain);
        Assert.Equal([$"https://{Authority} cannot be reached: the host name 'example.test' cannot be resolved."], excepted);
        Assert.Empty(proxy.Requests);
    }

    [SkippableFact]
    public async Task What_the_proxy_does_not_do_is_said_of_the_proxy_and_without_its_password()
    {
        await using var proxy = new ConnectProxy("operator:" + Secret);

        var refused = await cluster.RunAsync(Ask, ("T_NAMED", $"https://{Authority}"), ("HTTPS_PROXY", $"http://operator:{Secret}-wrong@{proxy.Address}"));
        var missing = await cluster.RunAsync(Ask, ("T_NAMED", $"https://{Authority}"), ("HTTPS_PROXY", $"http://operator:{Secret}@127.0.0.1:1"));
        var senseless = await cluster.RunAsync(Ask, ("T_NAMED", $"https://{Authority}"), ("HTTPS_PROXY", $"ftp://operator:{Secret}@127.0.0.1:1"));

        Assert.StartsWith($"https://{Authority} cannot be reached: the proxy http://{proxy.Address} (HTTPS_PROXY) refused the tunnel: ", Assert.Single(refused), StringComparison.Ordinal);
        Assert.Contains("407", refused[0], StringComparison.Ordinal);
        Assert.StartsWith($"https://{Authority} cannot be reached: the proxy http://127.0.0.1:1 (HTTPS_PROXY) cannot be reached: ", Assert.Single(missing), StringComparison.Ordinal);
        Assert.Equal([$"https://{Authority} cannot be reached: HTTPS_PROXY does not name a proxy; write http://proxy:3128."], senseless);
        Assert.DoesNotContain((string[])[.. refused, .. missing, .. senseless], l => l.Contains(Secret, StringComparison.Ordinal));
    }
}
