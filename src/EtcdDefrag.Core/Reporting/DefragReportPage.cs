using System.Globalization;
using EtcdDefrag.Text;

namespace EtcdDefrag.Reporting;

/// <summary>
/// The report of runs, plans, members and events as one HTML page: what each member gave back, who did not answer when, how the databases
/// grew, what went wrong and what would be done. Pure.
/// </summary>
internal static class DefragReportPage
{
    public const string DefaultTitle = "etcd defragmentation";

    /// <summary>How many events are listed. A page of more is read by nobody, and takes a browser long.</summary>
    public const int MaxEvents = 1000;

    /// <summary>Writes the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="items">What it shows, in the order in which it happened.</param>
    /// <param name="now">When it is written.</param>
    public static string Write(string title, IReadOnlyList<ReportItem> items, DateTimeOffset now)
    {
        var results = items.Where(i => i.Kind == ReportItemKind.Result).ToArray();
        var statuses = LastOfEach(items, ReportItemKind.Status);
        var page = new HtmlPage(title);
        page.Paragraph($"{Summarize(results, statuses)} Written at {Units.Time(now)}.");
        AddResults(page, results, statuses);
        AddTimeline(page, results);
        AddMembers(page, statuses);
        if (results.Length == 0)
        {
            AddPlan(page, LastOfEach(items, ReportItemKind.Step));
        }

        AddGrowth(page, items);
        AddProblems(page, items);
        AddEvents(page, items);
        return page.ToString();
    }

    /// <summary>A plan is reported again when its order changes, and a member's status with every check: the last counts.</summary>
    private static ReportItem[] LastOfEach(IEnumerable<ReportItem> items, ReportItemKind kind) =>
        [.. items.Where(i => i.Kind == kind).GroupBy(i => (i.Cluster, i.Endpoint)).Select(g => g.Last())];

    private static string Summarize(ReportItem[] results, ReportItem[] statuses)
    {
        if (results.Length == 0)
        {
            return statuses.Length == 0 ? "No member was defragmented." : $"No member was defragmented; {(statuses.Length == 1 ? "one is" : $"{statuses.Length} are")} shown.";
        }

        var done = results.Where(r => r.State == "Defragmented").ToArray();
        var reclaimed = done.Sum(r => r.Size - r.SizeAfter ?? 0);
        return string.Create(
            CultureInfo.InvariantCulture, $"{done.Length} of {results.Length} members were defragmented and gave back {Units.Size(reclaimed)}.");
    }

    private static void AddResults(HtmlPage page, ReportItem[] results, ReportItem[] statuses)
    {
        var quotas = statuses.ToDictionary(s => s.Endpoint, s => s.Quota, StringComparer.Ordinal);
        var largest = results.Max(r => r.Size) ?? 0;
        page.Table(
            "What each member gave back",
            "The strong part of a bar is the file after the defragmentation, the pale part is what it gave back.",
            ["Member", "Before and after", "Before", "After", "Reclaimed", "Quota used", "Pause", "Outcome"],
            [.. results.Select(r => (HtmlCell[])
            [
                HtmlCell.Text(r.IsLeader ? $"{r.Member}, leader" : r.Member),
                HtmlCell.Picture(Bar(r.Size, r.SizeAfter ?? r.Size, largest)),
                HtmlCell.Number(Units.Size(r.Size)),
                HtmlCell.Number(Units.Size(r.SizeAfter)),
                HtmlCell.Number(Units.Size(r.Size - r.SizeAfter)),
                HtmlCell.Number(QuotaUsage(r.SizeAfter ?? r.Size, quotas.GetValueOrDefault(r.Endpoint))),
                HtmlCell.Number(r.Pause is { Ticks: > 0 } pause ? Units.Duration(pause) : ""),
                HtmlCell.Text(Sentence(r.State, r.Text), r.IsProblem ? "bad" : r.State == "Defragmented" ? "good" : ""),
            ])]);
    }

    private static void AddTimeline(HtmlPage page, ReportItem[] results)
    {
        var blocked = results.Where(r => r is { At: not null, Pause.Ticks: > 0 }).OrderBy(r => r.At).ToArray();
        if (blocked.Length == 0)
        {
            return;
        }

        var start = blocked[0].At!.Value;
        var whole = Math.Max(0.001, blocked.Max(r => r.At!.Value + r.Pause!.Value - start).TotalSeconds);
        page.Table(
            "Who did not answer when",
            $"The line runs from {Units.Time(start)}, for {Units.Duration(TimeSpan.FromSeconds(whole))}. A member answers no calls while it is defragmented.",
            ["Member", "Time", "Began", "Pause"],
            [.. blocked.Select(r => (HtmlCell[])
            [
                HtmlCell.Text(r.Member),
                HtmlCell.Picture(Rectangle("used", 100 * (r.At!.Value - start).TotalSeconds / whole, 100 * r.Pause!.Value.TotalSeconds / whole)),
                HtmlCell.Number(Units.Time(r.At.Value)),
                HtmlCell.Number(Units.Duration(r.Pause.Value)),
            ])]);
    }

    private static void AddMembers(HtmlPage page, ReportItem[] statuses)
    {
        var largest = statuses.Max(s => s.Size) ?? 0;
        page.Table(
            "Members",
            "The strong part of a bar is in use, the pale part is what a defragmentation would give back.",
            ["Member", "Size", "In use", "Free", "Quota", "Quota used", "State"],
            [.. statuses.Select(s => (HtmlCell[])
            [
                HtmlCell.Text(s.Member),
                HtmlCell.Picture(Bar(s.Size, s.InUse ?? s.Size, largest)),
                HtmlCell.Number(Units.Size(s.InUse)),
                HtmlCell.Number(Units.Size(s.Size - s.InUse)),
                HtmlCell.Number(Units.Size(s.Quota)),
                HtmlCell.Number(QuotaUsage(s.Size, s.Quota)),
                HtmlCell.Text(Sentence(s.State, s.Text)),
            ])]);
    }

    private static void AddPlan(HtmlPage page, ReportItem[] steps)
    {
        var largest = steps.Max(s => s.Size) ?? 0;
        page.Table(
            "What would be done",
            "In this order, one member at a time. The strong part of a bar is in use, the pale part is what would be given back.",
            ["Member", "Size", "Before", "Would give back", "Expected pause", "Action"],
            [.. steps.Select(s => (HtmlCell[])
            [
                HtmlCell.Text(s.IsLeader ? $"{s.Member}, leader" : s.Member),
                HtmlCell.Picture(Bar(s.Size, s.InUse ?? s.Size, largest)),
                HtmlCell.Number(Units.Size(s.Size)),
                HtmlCell.Number(Units.Size(s.Size - s.InUse)),
                HtmlCell.Number(s.Pause is { } pause ? Units.Duration(pause) : ""),
                HtmlCell.Text(Sentence(s.State, s.Text)),
            ])]);
    }

    /// <summary>The size of each member's file at the moments at which it was seen.</summary>
    private static void AddGrowth(HtmlPage page, IReadOnlyList<ReportItem> items)
    {
        var seen = items.Where(i => i is { At: not null, Endpoint.Length: > 0 } && (i.SizeAfter ?? i.Size) is not null)
            .GroupBy(i => (i.Cluster, i.Endpoint, i.Member))
            .Select(g => (g.Key.Member, Points: g.OrderBy(i => i.At).ToArray()))
            .Where(g => g.Points.Length > 1)
            .ToArray();
        foreach (var (member, points) in seen)
        {
            var (first, last) = (points[0].At!.Value, points[^1].At!.Value);
            var largest = points.Max(p => p.SizeAfter ?? p.Size)!.Value;
            var across = Math.Max(0.001, (last - first).TotalSeconds);
            var path = string.Join(' ', points.Select(p => string.Create(
                CultureInfo.InvariantCulture,
                $"{600 * (p.At!.Value - first).TotalSeconds / across:0.#},{100 - (100.0 * (p.SizeAfter ?? p.Size)!.Value / Math.Max(1, largest)):0.#}")));
            page.Figure(
                $"Size of {member}",
                $"<svg class=\"chart\" viewBox=\"0 -2 600 104\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><polyline class=\"curve\" points=\"{path}\"/></svg>",
                $"From {Units.Size(points[0].SizeAfter ?? points[0].Size)} at {Units.Time(first)} to {Units.Size(points[^1].SizeAfter ?? points[^1].Size)} at "
                    + $"{Units.Time(last)}; at most {Units.Size(largest)}. The line's foot is zero.");
        }
    }

    private static void AddProblems(HtmlPage page, IReadOnlyList<ReportItem> items) => page.Table(
        "What needs attention",
        "Refusals, warnings and failures, in the order in which they happened.",
        ["What", "When", "Cluster", "Member", "Why"],
        [.. items.Where(i => i.IsProblem).Take(MaxEvents).Select(i => (HtmlCell[])
        [
            HtmlCell.Text(i.State, "bad"), HtmlCell.Text(When(i)), HtmlCell.Text(i.Cluster), HtmlCell.Text(i.Member), HtmlCell.Text(i.Text),
        ])]);

    private static void AddEvents(HtmlPage page, IReadOnlyList<ReportItem> items)
    {
        var events = items.Where(i => i is { Kind: ReportItemKind.Event, IsProblem: false }).ToArray();
        page.Table(
            "Events",
            events.Length > MaxEvents ? $"The last {MaxEvents} of {events.Length}." : "In the order in which they happened.",
            ["Event", "When", "Cluster", "Message"],
            [.. events.TakeLast(MaxEvents).Select(e => (HtmlCell[])
            [
                HtmlCell.Text(e.State), HtmlCell.Text(When(e)), HtmlCell.Text(e.Cluster), HtmlCell.Text(e.Text),
            ])]);
    }

    private static string When(ReportItem item) => item.At is { } at ? Units.Time(at) : "";

    private static string QuotaUsage(long? size, long? quota) => quota > 0 ? Units.Percent((double?)size / quota) : "";

    private static string Sentence(string state, string text) => text.Length > 0 ? $"{state}: {text}" : state;

    private static string Bar(long? whole, long? strong, long largest) => whole is not { } size || largest <= 0
        ? ""
        : Rectangle("free", 0, 100.0 * size / largest) + Rectangle("used", 0, 100.0 * Math.Min(strong ?? 0, size) / largest);

    private static string Rectangle(string shownAs, double from, double width) => string.Create(
        CultureInfo.InvariantCulture,
        $"<rect class=\"{shownAs}\" x=\"{from:0.##}\" y=\"1\" width=\"{Math.Max(0.3, width):0.##}\" height=\"8\"/>");
}
