using System.Text.RegularExpressions;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Logs where settings come from (--debug), and warns of variables that set nothing.</summary>
internal static partial class SettingsLog
{
    private const string Prefix = "ETCD_DEFRAG_";

    public static void Write(ClusterSession session)
    {
        session.Log.Warn([.. FindUnknownVariables(session.Host)]);
        session.Log.Warn([.. OldVariables.FindWarnings(session.Host.ReadVariable).Select(w => $"Warning (UnknownVariable): {w}")]);
        if (session.IsDebugging)
        {
            session.Log.Write([.. session.Values.Flags.Select(f => Describe(f, session.Values.Find(f)))]);
        }
    }

    /// <summary>A warning for each variable that looks like that of a flag and is none.</summary>
    public static IEnumerable<string> FindUnknownVariables(CommandHost host) => host.VariableNames
        .Where(IsUnknown)
        .Order(StringComparer.Ordinal)
        .Select(n => $"Warning (UnknownVariable): {n} is not the variable of any flag and is ignored.");

    private static string Describe(Flag flag, GivenValue? given) => given is null
        ? $"debug: --{flag.Name}={flag.Default ?? (flag.IsSwitch ? "false" : "")} (default)"
        : $"debug: --{flag.Name}={Show(flag, given.Text)} ({(given.Source.StartsWith('-') ? "flag" : given.Source)})";

    private static string Show(Flag flag, string text) => flag.IsSecret ? "***" : ShownWord.Of(text);

    private static bool IsUnknown(string name) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && !OfService().IsMatch(name)
        && !CommandTree.Flags.Any(f => f.Variables.Contains(name));

    /// <summary>What Kubernetes sets in every container where a service is called etcd-defrag, or etcd-defrag-monitor.</summary>
    [GeneratedRegex("^ETCD_DEFRAG_(.+_)?(SERVICE_(HOST|PORT)|PORT)(_.+)?\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfService();
}
