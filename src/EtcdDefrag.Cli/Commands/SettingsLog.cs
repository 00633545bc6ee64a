using System.Text.RegularExpressions;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Says where settings come from (--debug), and which variables stand for none.</summary>
internal static partial class SettingsLog
{
    private const string Prefix = "ETCD_DEFRAG_";

    public static async Task WriteAsync(ClusterSession session)
    {
        await session.Log.WarnAsync(
        [
            .. FindStrangers(session.Host),
            .. OldVariables.FindWarnings(session.Host.ReadVariable).Select(w => $"Warning (UnknownVariable): {w}"),
        ]).ConfigureAwait(false);
        if (session.IsDebugging)
        {
            await session.Log.WriteAsync([.. session.Values.Owned.Select(f => Describe(f, session.Values.Find(f)))]).ConfigureAwait(false);
        }
    }

    /// <summary>A warning for each variable that looks like a flag's and stands for none.</summary>
    public static IEnumerable<string> FindStrangers(CommandHost host) => host.VariableNames.Where(IsStranger).Order(StringComparer.Ordinal)
        .Select(n => $"Warning (UnknownVariable): {n} is not the variable of any flag and is ignored.");

    private static string Describe(Flag flag, GivenValue? given) => given is null
        ? $"debug: --{flag.Name}={flag.Default ?? (flag.IsSwitch ? "false" : "")} (default)"
        : $"debug: --{flag.Name}={Show(flag, given.Text)} ({(given.Source.StartsWith('-') ? "flag" : given.Source)})";

    private static string Show(Flag flag, string text) => flag.IsSecret ? "***" : flag.IsList ? DisplayText.Value(EtcdEndpoint.Redact(text)) : DisplayText.Value(text);

    private static bool IsStranger(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && !OfService().IsMatch(name) && !CommandTree.Flags.Any(f => f.Variables.Contains(name));

    /// <summary>What Kubernetes gives every container where a service is called etcd-defrag, or etcd-defrag-monitor.</summary>
    [GeneratedRegex("^ETCD_DEFRAG_(.+_)?(SERVICE_(HOST|PORT)|PORT)(_.+)?\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfService();
}
