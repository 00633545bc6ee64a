using System.Globalization;
using System.Net;
using System.Text;
using EtcdDefrag.Text;

namespace EtcdDefrag.Reporting;

/// <summary>
/// An HTML page that needs nothing but itself: no script, no font, no picture and no style from elsewhere, which its
/// Content-Security-Policy forbids as well. Every text that is written to it is foreign, and escaped.
/// </summary>
internal sealed class HtmlPage
{
    /// <summary>What a browser may load for the page: nothing.</summary>
    public const string SecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";

    private const string Style = """
        :root { color-scheme: light dark; --text: #1b1f24; --faint: #57606a; --page: #fff; --line: #d0d7de; --used: #0a5dc2; --free: #b6d4f5; --bad: #b3261e; --good: #1a7f37; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9da7b3; --page: #0d1117; --line: #3d444d; --used: #58a6ff; --free: #1f3a5f; --bad: #ff8a80; --good: #56d364; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 70rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
        p, caption { color: var(--faint); } caption { text-align: left; padding-bottom: .25rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; max-width: 30rem; }
        th[scope=row] { min-width: 11rem; }
        td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } td.picture { min-width: 10rem; width: 25%; }
        svg { display: block; width: 100%; height: 1.2rem; } svg.chart { height: 12rem; }
        .used { fill: var(--used); } .free { fill: var(--free); } .limit { fill: var(--bad); } .curve { fill: none; stroke: var(--used); stroke-width: 2; vector-effect: non-scaling-stroke; }
        .bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); }
        @media print { body { max-width: none; font-size: 11pt; } svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; } tr, figure { break-inside: avoid; } }
        """;

    private readonly StringBuilder _html = new();

    public HtmlPage(string title)
    {
        _html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{SecurityPolicy}\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Escape(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<h1>{Escape(title)}</h1>\n");
    }

    public void Paragraph(string text) => _html.Append(CultureInfo.InvariantCulture, $"<p>{Escape(text)}</p>\n");

    /// <summary>A heading with a table; nothing where there are no rows.</summary>
    /// <param name="heading">The heading, of which there is one each.</param>
    /// <param name="caption">What the table shows, in a sentence.</param>
    /// <param name="columns">The heads of the columns.</param>
    /// <param name="rows">The rows; the first cell of each names it.</param>
    public void Table(string heading, string caption, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<HtmlCell>> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        // What can be scrolled must be within reach of the keyboard.
        Heading(heading);
        _html.Append(CultureInfo.InvariantCulture, $"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{Escape(heading)}\">\n")
            .Append(CultureInfo.InvariantCulture, $"<table>\n<caption>{Escape(caption)}</caption>\n<thead><tr>")
            .AppendJoin("", columns.Select(c => $"<th scope=\"col\">{Escape(c)}</th>"))
            .Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{row[0].Html}</th>")
                .AppendJoin("", row.Skip(1).Select(c => c.Class.Length > 0 ? $"<td class=\"{c.Class}\">{c.Html}</td>" : $"<td>{c.Html}</td>"))
                .Append("</tr>\n");
        }

        _html.Append("</tbody>\n</table>\n</div>\n");
    }

    /// <summary>A picture with what it shows in words.</summary>
    public void Figure(string heading, string svg, string caption)
    {
        Heading(heading);
        _html.Append(CultureInfo.InvariantCulture, $"<figure>{svg}<figcaption>{Escape(caption)}</figcaption></figure>\n");
    }

    /// <summary>The page as it is so far, whole.</summary>
    public override string ToString() => $"{_html}</main>\n</body>\n</html>\n";

    /// <summary>A text as it can stand between tags and in an attribute, on one line and bounded.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(DisplayText.Value(text));

    private void Heading(string heading) => _html.Append(CultureInfo.InvariantCulture, $"<h2>{Escape(heading)}</h2>\n");
}

/// <summary>A cell of a table: HTML, and the class it is shown by.</summary>
internal readonly record struct HtmlCell(string Html, string Class = "")
{
    public static HtmlCell Text(string text, string shownAs = "") => new(HtmlPage.Escape(text), shownAs);

    public static HtmlCell Number(string text) => Text(text, "number");

    /// <summary>A picture, whose content the other cells of the row say in figures.</summary>
    public static HtmlCell Picture(string shapes) =>
        new($"<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{shapes}</svg>", "picture");
}
