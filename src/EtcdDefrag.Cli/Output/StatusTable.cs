using System.Globalization;
using EtcdDefrag.Model;

namespace EtcdDefrag.Cli.Output;

/// <summary>A table of members for people.</summary>
internal static class StatusTable
{
    /// <summary>Writes one line a member; with earlier statuses, also what each has won since.</summary>
    public static async Task WriteAsync(TextWriter output, IReadOnlyList<EtcdMemberStatus> statuses, IReadOnlyList<EtcdMemberStatus>? earlier = null)
    {
        var width = statuses.Select(s => s.Endpoint.Length).Append("ENDPOINT".Length).Max();
        var won = earlier is null ? "" : $"{"WON",12}";
        await output.WriteLineAsync($"{"ENDPOINT".PadRight(width)}  {"VERSION",-8} {"ROLE",-8} {"SIZE",10} {"IN USE",10} {"FREE",10}{won}").ConfigureAwait(false);
        foreach (var s in statuses)
        {
            var role = s.IsLeader ? "leader" : s.IsLearner ? "learner" : "follower";
            var difference = earlier?.FirstOrDefault(e => e.MemberId == s.MemberId) is { } e ? $"{Size(e.DbSize - s.DbSize),12}" : "";
            await output.WriteLineAsync(
                $"{s.Endpoint.PadRight(width)}  {s.Version,-8} {role,-8} {Size(s.DbSize),10} {Size(s.DbSizeInUse),10} {Size(s.DbSizeFree),10}{difference}")
                .ConfigureAwait(false);
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
