using System.Globalization;
using EtcdDefrag.Integration.Support.Fakes;

namespace EtcdDefrag.Bench;

/// <summary>How long a status takes where every member answers late.</summary>
internal static class ManyMembers
{
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(20);

    private static readonly string[] Questions = ["Status", "MemberList", "Alarm", "Range"];

    public static async Task MeasureAsync(BenchSettings settings, BenchReport report)
    {
        await WholeProcess.PublishAsync(settings);
        report.Section("Many members", "`etcd-defrag status` of members that answer every question after 20 ms, as whole processes. The members are fakes, in one process on the same machine.");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var count in settings.IsQuick ? [1, 10] : new[] { 1, 10, 100, 500 })
        {
            await using var cluster = await FakeCluster.StartAsync(count);
            foreach (var member in cluster.Members)
            {
                foreach (var method in Questions)
                {
                    member.On(method, async (call, token) =>
                    {
                        await Task.Delay(Late, TimeProvider.System, token);
                        return await member.State.AnswerAsync(call, token);
                    });
                }
            }

            var samples = new List<MeasuredProcess>();
            for (var i = 0; i < Math.Min(settings.Pairs, 7); i++)
            {
                samples.Add(await MeasuredProcess.RunAsync(settings.Ours, "status", "--endpoints", string.Join(',', cluster.Endpoints)));
            }

            rows.Add([
                count.ToString(CultureInfo.InvariantCulture),
                BenchReport.Spread(samples.Select(s => s.WallMs)),
                BenchReport.Spread(samples.Select(s => s.CpuMs)),
            ]);
        }

        report.Table(["members", "wall ms", "CPU ms"], rows);
    }
}
