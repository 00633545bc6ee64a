using System.Reflection;
using EtcdDefrag.Cli.Commands;
using Xunit.Abstractions;

namespace EtcdDefrag.Integration.Cli;

public sealed class FlagCoverageTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_flag_has_a_test_that_proves_its_effect()
    {
        var tests = typeof(FlagCoverageTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .Where(m => m.GetCustomAttribute<FactAttribute>() is not null)
            .SelectMany(m => (m.GetCustomAttribute<ShowsFlagAttribute>()?.Flags ?? []).Select(f => (Flag: f, Test: $"{m.DeclaringType!.Name}.{m.Name}")))
            .ToLookup(t => t.Flag, t => t.Test);
        var flags = CommandTree.Flags.Select(f => f.Name).ToArray();

        output.WriteLine($"{"Flag",-38} Test");
        foreach (var flag in flags)
        {
            output.WriteLine($"--{flag,-36} {string.Join(", ", tests[flag])}");
        }

        Assert.DoesNotContain(flags, f => !tests[f].Any());
        Assert.Empty(tests.Select(t => t.Key).Except(flags));
    }

    [Theory]
    [InlineData("auto-disalarm,cacert,cert,cluster,command-timeout,compaction,continue-on-error,defrag-rule,dial-timeout,disalarm-threshold,discovery-srv,discovery-srv-name,dry-run,endpoints,etcd-storage-quota-bytes,exclude-localhost,insecure-discovery,insecure-skip-tls-verify,insecure-transport,keepalive-time,keepalive-timeout,key,move-leader,password,skip-healthcheck-cluster-endpoints,user,version,wait-between-defrags")]
    [InlineData("auth-jwt-token,cacert,cert,cluster,command-timeout,data-dir,debug,dial-timeout,discovery-srv,discovery-srv-name,endpoints,hex,insecure-discovery,insecure-skip-tls-verify,insecure-transport,keepalive-time,keepalive-timeout,key,max-recv-bytes,max-request-bytes,password,user,write-out")]
    public void No_flag_of_those_that_are_replaced_is_missing(string names)
    {
        Assert.Empty(names.Split(',').Except(CommandTree.Flags.Select(f => f.Name)));
    }
}
