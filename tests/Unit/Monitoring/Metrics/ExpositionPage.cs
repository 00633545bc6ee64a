using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdDefrag.Unit.Monitoring.Metrics;

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: what is allowed and bad (a series twice, a name without its type, a family in two
/// places) is refused too.
/// </summary>
internal sealed partial class ExpositionPage
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    private ExpositionPage()
    {
    }

    /// <summary>The type of each metric by its name.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>The value of each series, by its name and its labels in the order of their names: <c>a{b="c",d="e"}</c>, unescaped.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <exception cref="FormatException">It is not in the format.</exception>
    public static ExpositionPage Read(string text)
    {
        var page = new ExpositionPage();
        if (text.Length > 0 && !text.EndsWith('\n'))
        {
            throw new FormatException("The last line has no end.");
        }

        var (family, helped) = ("", "");
        foreach (var line in text.Split('\n').SkipLast(1))
        {
            if (HelpLine().Match(line) is { Success: true } help)
            {
                helped = help.Groups["name"].Value;
            }
            else if (TypeLine().Match(line) is { Success: true } type)
            {
                family = type.Groups["name"].Value;
                Require(family == helped && page._types.TryAdd(family, type.Groups["type"].Value), line);
                Require(family.EndsWith("_total", StringComparison.Ordinal) == (type.Groups["type"].Value == "counter"), line);
            }
            else
            {
                var sample = SampleLine().Match(line);
                Require(sample.Success && sample.Groups["name"].Value == family && helped == family, line);
                var value = double.Parse(sample.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                Require(page._samples.TryAdd(family + ReadLabels(sample.Groups["labels"].Value, line), value), line);
            }
        }

        return page;
    }

    private static string ReadLabels(string text, string line)
    {
        if (text.Length == 0)
        {
            return "";
        }

        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(text[1..^1]))
        {
            Require(labels.TryAdd(label.Groups["name"].Value, Unescape(label.Groups["value"].Value)), line);
        }

        return $"{{{string.Join(',', labels.Select(l => $"{l.Key}=\"{l.Value}\""))}}}";
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            plain.Append(text[at] != '\\' ? text[at] : text[++at] == 'n' ? '\n' : text[at]);
        }

        return plain.ToString();
    }

    private static void Require(bool holds, string line)
    {
        if (!holds)
        {
            throw new FormatException($"Not in its place, or not in the format: {line}");
        }
    }

    [GeneratedRegex(@"^# HELP (?<name>[a-z][a-z0-9_]*) (?:[^\\\n]|\\\\|\\n)+$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE (?<name>[a-z][a-z0-9_]*) (?<type>gauge|counter)$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?<name>[a-z][a-z0-9_]*)(?<labels>\{[a-z_]+=""(?:[^\\""\n]|\\\\|\\""|\\n)*""(?:,[a-z_]+=""(?:[^\\""\n]|\\\\|\\""|\\n)*"")*\})? (?<value>-?[0-9.]+(?:E[+-]?[0-9]+)?)$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"(?<name>[a-z_]+)=""(?<value>(?:[^\\""]|\\.)*)""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Label();
}
