using System.Xml.Linq;
using EtcdDefrag.Events;
using EtcdDefrag.Execution;
using EtcdDefrag.Reporting;

namespace EtcdDefrag.Unit.Reporting;

/// <summary>The HTML page, parsed: it is well-formed but for its doctype, so that an XML reader sees what a browser sees.</summary>
public sealed class DefragReportPageTests
{
    private const string Start = """{"type":"result","endpoint":"http://a:1","name":"m1","outcome":"Defragmented","isLeader":false,"dbSizeBefore":4194304,"dbSizeAfter":1048576,"startedAt":"2026-01-02T03:04:05Z","tookSeconds":2,"isDryRun":false,"reason":""}""";
    private const string Leader = """{"type":"result","endpoint":"http://b:1","name":"m2","outcome":"Failed","isLeader":true,"dbSizeBefore":4194304,"startedAt":"2026-01-02T03:04:09Z","tookSeconds":2,"isDryRun":false,"reason":"No space left."}""";

    [Fact]
    public void Each_member_has_a_bar_of_what_it_was_and_what_it_is()
    {
        var rows = RowsOf(Page(Start, Leader), "What each member gave back");

        Assert.Equal(
            [
                "m1 (http://a:1)||4.0 MiB|1.0 MiB|3.0 MiB||2.0 s|Defragmented",
                "m2 (http://b:1), leader||4.0 MiB||||2.0 s|Failed: No space left.",
            ],
            rows.Select(TextOf));
        Assert.Equal([("free", 0, 100), ("used", 0, 25)], ShapesOf(rows[0]));
        Assert.Equal([("free", 0, 100), ("used", 0, 100)], ShapesOf(rows[1]));
    }

    [Fact]
    public void The_timeline_shows_who_did_not_answer_when()
    {
        var rows = RowsOf(Page(Start, Leader), "Who did not answer when");

        Assert.Equal(
            ["m1 (http://a:1)||2026-01-02 03:04:05Z|2.0 s", "m2 (http://b:1)||2026-01-02 03:04:09Z|2.0 s"], rows.Select(TextOf));
        Assert.Equal([("used", 0, 33.33)], ShapesOf(rows[0]));
        Assert.Equal([("used", 66.67, 33.33)], ShapesOf(rows[1]));
    }

    [Fact]
    public void The_summary_adds_up_what_was_done()
    {
        var text = Page(Start, Leader).Descendants("p").First().Value;

        Assert.Equal("1 of 2 members were defragmented and gave back 3.0 MiB. Written at 2026-01-03 00:00:00Z.", text);
    }

    [Fact]
    public void A_plan_is_shown_where_nothing_was_done_and_only_in_its_last_order()
    {
        const string First = """{"type":"planned","steps":[{"endpoint":"http://a:1","action":"Defragment","dbSize":4194304,"dbSizeInUse":1048576,"reason":"Due."}]}""";
        const string Last = """{"type":"planned","steps":[{"endpoint":"http://a:1","action":"Skip","dbSize":4194304,"dbSizeInUse":1048576,"estimatedPauseSeconds":1.5,"reason":"Not due."}]}""";

        Assert.Equal(["http://a:1||4.0 MiB|3.0 MiB|1.5 s|Skip: Not due."], RowsOf(Page(First, Last), "What would be done").Select(TextOf));
        Assert.Empty(RowsOf(Page(First, Last, Start), "What would be done"));
    }

    [Fact]
    public void A_monitors_events_show_how_each_database_grows_and_what_needs_attention()
    {
        const string First = """{"at":"2026-01-01T00:00:00+00:00","level":"information","event":"MemberJudged","cluster":"prod","message":"due","endpoint":"http://a:1","isDue":false,"reason":"Small.","dbSizeBefore":1048576}""";
        const string Second = """{"at":"2026-01-01T12:00:00+00:00","level":"information","event":"MemberJudged","cluster":"prod","message":"due","endpoint":"http://a:1","isDue":true,"reason":"Large.","dbSizeBefore":2097152}""";
        const string Third = """{"at":"2026-01-02T00:00:00+00:00","level":"error","event":"ClusterDegraded","cluster":"prod","message":"Degraded: no quorum."}""";
        var page = Page(First, Second, Third);

        Assert.Equal("0,50 600,0", page.Descendants("polyline").Single().Attribute("points")?.Value);
        Assert.Equal(
            "From 1.0 MiB at 2026-01-01 00:00:00Z to 2.0 MiB at 2026-01-01 12:00:00Z; at most 2.0 MiB. The line's foot is zero.",
            page.Descendants("figcaption").Single().Value);
        Assert.Equal(["http://a:1||||||due: Large."], RowsOf(page, "Members").Select(TextOf));
        Assert.Equal(
            ["ClusterDegraded|2026-01-02 00:00:00Z|prod||Degraded: no quorum."], RowsOf(page, "What needs attention").Select(TextOf));
    }

    [Fact]
    public void A_monitors_step_is_a_result_that_began_before_its_event()
    {
        var item = ReportItem.Of(new EtcdMonitorEvent
        {
            At = DateTimeOffset.UnixEpoch.AddSeconds(10),
            Level = EtcdMonitorLevel.Information,
            Event = "StepFinished",
            Message = "Defragmented.",
            Endpoint = "http://a:1",
            Outcome = EtcdDefragOutcome.Defragmented,
            DbSizeBefore = 2,
            DbSizeAfter = 1,
            Duration = TimeSpan.FromSeconds(4),
        });

        Assert.Equal((ReportItemKind.Result, "Defragmented", 2, 1), (item!.Kind, item.State, item.Size, item.SizeAfter));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(6), item.At);
    }

    [Fact]
    public void What_others_send_stays_text()
    {
        const string Hostile = """{"endpoint":"http://a:1","name":"<script>alert(1)</script>\"' onload=x \u202e","outcome":"Failed","dbSizeBefore":1,"reason":"</td><img src=x>"}""";
        var page = Page(Hostile);

        Assert.Empty(page.Descendants("script").Concat(page.Descendants("img")));
        Assert.Contains(@"<script>alert(1)</script>""' onload=x \u202e", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        var page = Page(Start);

        Assert.DoesNotContain(
            page.Descendants().Attributes(),
            a => a.Name.LocalName is "src" or "href" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Equal("default-src 'none'; style-src 'unsafe-inline'", page.Descendants("meta").First(m => m.Attribute("http-equiv") is not null).Attribute("content")?.Value);
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    public void What_is_no_object_is_refused(string line) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => ReportLines.Read(line));

    private static XElement Page(params string[] lines)
    {
        var html = DefragReportPage.Write(
            "Report", [.. lines.SelectMany(ReportLines.Read)], DateTimeOffset.Parse("2026-01-03T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        return XElement.Parse(html["<!DOCTYPE html>".Length..]);
    }

    private static XElement[] RowsOf(XElement page, string heading) =>
        [.. page.Descendants("h2").Where(h => h.Value == heading).SelectMany(h => h.ElementsAfterSelf().First().Descendants("tbody").Elements("tr"))];

    private static string TextOf(XElement row) => string.Join('|', row.Elements().Select(c => c.Value));

    private static (string?, double, double)[] ShapesOf(XElement row) =>
        [.. row.Descendants("rect").Select(r => (r.Attribute("class")?.Value, (double)r.Attribute("x")!, (double)r.Attribute("width")!))];
}
