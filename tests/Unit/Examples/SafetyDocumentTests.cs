using System.Text.RegularExpressions;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Examples;

/// <summary>docs/safety.md names the tests that prove what it says: they are there.</summary>
public sealed partial class SafetyDocumentTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("docs", "safety.md"));

    [Fact]
    public void Every_promise_has_its_number_and_a_test()
    {
        var promises = Promise().Matches(Text);

        Assert.Equal(Enumerable.Range(1, 37).Select(n => $"{n}"), promises.Select(p => p.Groups["number"].Value));
        Assert.All(promises, p =>
        {
            var source = File.ReadAllText(Repository.PathOf("tests", $"{p.Groups["class"].Value}.cs"));
            Assert.Matches($@"(Fact|Theory|Data\(.*\))\]\s+public (async )?(Task|void) {p.Groups["method"].Value}\(", source);
        });
    }

    [Fact]
    public void Every_test_of_a_scenario_is_there()
    {
        var named = Named().Matches(Text).Select(m => m.Groups["path"].Value.Replace("HERE/", "tests/Integration/GuardedRun/", StringComparison.Ordinal)).Distinct().ToArray();

        Assert.True(named.Length > 15, string.Join(", ", named));
        Assert.All(named, path => Assert.True(
            Directory.Exists(Repository.PathOf(path)) || File.Exists(Repository.PathOf($"{path}.cs")) || File.Exists(Repository.PathOf($"{path}.Tests.ps1")), path));
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \| [^|]+ \| `(?<class>[\w/]+)\.(?<method>\w+)` \|\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Promise();

    [GeneratedRegex("`(?<path>(tests|HERE)/[A-Za-z/]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Named();
}
