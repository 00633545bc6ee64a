using EtcdDefrag.Execution;

namespace EtcdDefrag.Unit.Execution;

/// <summary>How often a run asks. docs/safety.md says what each question is for: one more is a question that tells nothing new.</summary>
public sealed class CallCountTests : RunTests
{
    [Fact]
    public async Task A_run_on_three_healthy_members_asks_each_question_once_and_no_other()
    {
        // The first run puts the keys by which later ones begin while NOSPACE is armed.
        await RunAsync(Cluster.Endpoints[..1]);
        Cluster.Calls.Clear();

        var report = await RunAsync(Cluster.Endpoints[..1]);

        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.Defragmented, r.Outcome));
        Assert.Equal(
            [
                "9 Alarm, in three looks at three members",
                "3 Defragment",
                "1 LeaseGrant, the lock",
                "1 LeaseRevoke, the lock",
                "9 MemberList, in three looks at three members",
                "12 Metrics, in three looks at three members, and after each step",
                "13 Range, in three looks at three members, for a full disk of each, and for a turn",
                "12 Status, in three looks at three members, and after each step",
                "1 Txn, the lock",
                "3 UserGet, for the rights at each",
            ],
            Cluster.Calls.GroupBy(c => c.Split(' ')[1], StringComparer.Ordinal).OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => $"{c.Count()} {c.Key}{Purpose(c.Key)}"));
    }

    private static string Purpose(string call) => call switch
    {
        "Alarm" or "MemberList" => ", in three looks at three members",
        "Status" or "Metrics" => ", in three looks at three members, and after each step",
        "Range" => ", in three looks at three members, for a full disk of each, and for a turn",
        "UserGet" => ", for the rights at each",
        "Defragment" => "",
        _ => ", the lock",
    };
}
