using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Says where settings come from (--debug), and which variables stand for none.</summary>
internal static class SettingsLog
{
    private const string Prefix = "ETCD_DEFRAG_";

    public static async Task WriteAsync(ClusterSession session)
    {
        var strangers = session.Host.VariableNames.Where(IsStranger).Order(StringComparer.Ordinal);
        await session.Log.WarnAsync([.. strangers.Select(n => $"Warning (UnknownVariable): {n} stands for no flag, and is passed over.")]).ConfigureAwait(false);
        if (session.IsDebugging)
        {
            await session.Log.WriteAsync([.. CommandTree.Flags.Select(f => Describe(f, session.Values.Find(f)))]).ConfigureAwait(false);
        }
    }

    private static string Describe(Flag flag, GivenValue? given) => given is null
        ? $"debug: --{flag.Name}={flag.Default ?? (flag.IsSwitch ? "false" : "")} (default)"
        : $"debug: --{flag.Name}={Show(flag, given.Text)} ({(given.Source.StartsWith('-') ? "flag" : given.Source)})";

    private static string Show(Flag flag, string text) => flag.IsSecret ? "***" : flag.IsList ? EtcdEndpoint.Redact(text) : text;

    /// <summary>Kubernetes gives every container ETCD_DEFRAG_SERVICE_HOST, ETCD_DEFRAG_PORT and the like where a service is called etcd-defrag.</summary>
    private static bool IsStranger(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && !name.StartsWith(Prefix + "SERVICE_", StringComparison.Ordinal)
        && name != Prefix + "PORT" && !name.StartsWith(Prefix + "PORT_", StringComparison.Ordinal)
        && !CommandTree.Flags.Any(f => f.Variables.Contains(name));
}
