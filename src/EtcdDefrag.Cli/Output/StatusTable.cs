using System.Globalization;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>A table of members for people.</summary>
internal static class StatusTable
{
    /// <summary>One line a member, below their heads.</summary>
    /// <param name="statuses">The members.</param>
    /// <param name="hasBars">Whether a bar shows how much of the file is free.</param>
    public static IEnumerable<string> Write(IReadOnlyList<EtcdMemberStatus> statuses, bool hasBars = false)
    {
        var width = statuses.Select(s => s.Endpoint.Length).Append("ENDPOINT".Length).Max();
        var bar = hasBars ? "  FRAGMENTED" : "";
        var hasCertificates = statuses.Any(s => s.ServerCertificateExpires is not null);
        var certificate = hasCertificates ? $"{"CERTIFICATE UNTIL",19}" : "";
        yield return $"{"ENDPOINT".PadRight(width)}  {"VERSION",-8} {"ROLE",-8} {"SIZE",10} {"IN USE",10} {"FREE",10}{certificate}{bar}";
        foreach (var s in statuses)
        {
            var role = s.IsLeader ? "leader" : s.IsLearner ? "learner" : "follower";
            var free = hasBars ? $"  {SizeText.Bar(s.FragmentedRatio)} {Units.Percent(s.FragmentedRatio)}" : "";
            var until = hasCertificates ? $"{s.ServerCertificateExpires?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),19}" : "";
            yield return
                $"{s.Endpoint.PadRight(width)}  {s.Version,-8} {role,-8} {Units.Mebibytes(s.DbSize),10} "
                + $"{Units.Mebibytes(s.DbSizeInUse),10} {Units.Mebibytes(s.DbSizeFree),10}{until}{free}";
        }
    }
}
