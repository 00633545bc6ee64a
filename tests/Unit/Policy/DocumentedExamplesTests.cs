using System.Globalization;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

/// <summary>What docs/policy.md says is what happens.</summary>
public class DocumentedExamplesTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void There_are_twelve_examples_and_each_is_true()
    {
        var examples = ReadTable("Worked examples");
        Assert.Equal(12, examples.Length);
        Assert.All(examples, example =>
        {
            var verdict = DefragRule.Parse(example[0]).Explain(new MemberFacts
            {
                DbSize = Bytes(example[1])!.Value,
                DbSizeInUse = Bytes(example[2])!.Value,
                DbQuota = Bytes(example[3]),
            });
            Assert.Equal(example[4], verdict.IsMatch ? "yes" : "no");
            Assert.Equal(example[5], verdict.Reason);
        });
    }

    [Fact]
    public void The_names_are_explained_in_the_same_words_everywhere()
    {
        var documented = ReadTable("Names").SelectMany(row =>
        {
            var others = row[1].Split(", ").Select(o => o.Trim('`')).Where(o => o != "-").Select(o => $"{o}: the same as {row[0]}");
            return others.Prepend($"{row[0]}: {row[2].Replace("`", "", StringComparison.Ordinal)} ({row[3]})");
        });

        Assert.Equal(documented.Order(StringComparer.Ordinal), DefragRule.Names.Select(n => $"{n.Text}: {n.Meaning}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_presets_are_those_of_the_program()
    {
        var expected = PolicyPresets.All.Select(p => string.Join(
            " | ",
            p.Name,
            Write(p.MaxFragmentedPercentage),
            Write(p.MaxQuotaUsagePercentage),
            Write((double?)p.MinDbSize / MiB),
            Write((double?)p.MinReclaimable / MiB),
            p.Rule?.Text ?? "-",
            p.Source));
        Assert.Equal(expected, ReadTable("Presets").Select(row => string.Join(" | ", row)));
    }

    private static long? Bytes(string mebibytes) => mebibytes == "-" ? null : long.Parse(mebibytes, CultureInfo.InvariantCulture) * MiB;

    private static string Write(double? threshold) => threshold?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string[][] ReadTable(string heading) => File.ReadAllLines(Path.Combine(FindRepository(), "docs", "policy.md"))
        .SkipWhile(line => line != $"## {heading}")
        .SkipWhile(line => !line.StartsWith('|'))
        .TakeWhile(line => line.StartsWith('|'))
        .Skip(2)
        .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim().Trim('`')).ToArray())
        .ToArray();

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EtcdDefrag.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No EtcdDefrag.psd1 above {AppContext.BaseDirectory}.");
    }
}
