using System.Text.RegularExpressions;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Core's texts name the words of both fronts, PowerShell's first: <c>-Force (--force)</c>,
/// <c>Clear-EtcdAlarm (etcd-defrag alarm disarm)</c>. The command shows its own alone.
/// </summary>
internal static partial class OwnWords
{
    public static string Of(string text) => BothFronts().Replace(text, "${own}");

    [GeneratedRegex(@"(-[A-Z]\w+|\b[A-Z]\w+-Etcd\w+) \((?<own>(--|etcd-defrag )[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BothFronts();
}
