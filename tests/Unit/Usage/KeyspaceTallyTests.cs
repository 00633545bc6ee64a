using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Unit.Support;
using EtcdDefrag.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Unit.Usage;

/// <summary>Under which prefix a key is counted, and that nothing is lost or grows without bounds.</summary>
public sealed class KeyspaceTallyTests
{
    [Theory]
    [InlineData("/registry/pods/default/a", 1, "/registry/pods/")]
    [InlineData("/registry/pods/default/a", 2, "/registry/pods/default/")]
    [InlineData("/registry/nodes/a", 2, "/registry/nodes/")]
    [InlineData("/registry/services/specs/default/a", 1, "/registry/services/specs/")]
    [InlineData("/registry/apps.example.com/widgets/ns/a", 1, "/registry/apps.example.com/widgets/")]
    [InlineData("/registry/apps.example.com/widgets/ns/a", 2, "/registry/apps.example.com/widgets/ns/")]
    [InlineData("/app/x/y", 1, "/app/")]
    [InlineData("app/x/y", 2, "app/x/")]
    [InlineData("plain", 3, "")]
    [InlineData("/registry/pods/default/a", 0, "/registry/")]
    public void A_key_belongs_to_its_first_parts(string key, int depth, string prefix) =>
        Assert.Equal(prefix, key[..KeyPrefix.Measure(Encoding.UTF8.GetBytes(key), depth)]);

    [Fact]
    public void Bytes_that_are_not_text_are_shown_and_do_nothing()
    {
        Assert.Equal(@"a\xffb\u001b[2Jé", KeyPrefix.Show([(byte)'a', 0xFF, (byte)'b', .. "\u001b[2Jé"u8]));
        Assert.InRange(KeyPrefix.Show(new byte[100_000]).Length, 1, 400);
    }

    [Fact]
    public void More_prefixes_than_are_kept_go_into_the_rest_and_the_largest_stay()
    {
        var tally = new KeyspaceTally(depth: 1, largestKeys: 2, maxPrefixes: 10);
        for (var i = 0; i < 1000; i++)
        {
            tally.Add(Fact($"/p{i:0000}/key", i % 100 == 7 ? 5000 : 1));
        }

        var usage = tally.ToUsage(3, revision: 9, "m", new EtcdConnectionOptions());

        Assert.Equal([EtcdKeyspaceKind.Prefix, EtcdKeyspaceKind.Prefix, EtcdKeyspaceKind.Prefix, EtcdKeyspaceKind.Rest, EtcdKeyspaceKind.Key, EtcdKeyspaceKind.Key], usage.Select(u => u.Kind));
        Assert.Equal(1000, usage.Take(4).Sum(u => u.Keys));
        Assert.All(usage.Take(3), u => Assert.Equal(5010, u.Bytes));
        Assert.Equal(1, usage.Take(4).Sum(u => u.Share), 6);
    }

    [Fact]
    public void Whatever_the_keys_are_nothing_is_lost() => Check.One(Fuzz.Config, Prop.ForAll(
        Gen.Choose(0, 255).Select(b => (byte)(b < 100 ? '/' : b)).ListOf().Select(l => l.ToArray()).ListOf().ToArbitrary(),
        keys =>
        {
            var tally = new KeyspaceTally(depth: 2, largestKeys: 1, maxPrefixes: 4);
            foreach (var key in keys)
            {
                tally.Add(new EtcdKeyFact(key, 3, 1));
            }

            var usage = tally.ToUsage(2, 1, "m", new EtcdConnectionOptions()).Where(u => u.Kind != EtcdKeyspaceKind.Key).ToArray();
            Assert.Equal(keys.Sum(k => k.Length + 3L), usage.Sum(u => u.Bytes));
            Assert.Equal(keys.Count, usage.Sum(u => u.Keys));
            Assert.InRange(usage.Length, 0, 3);
        }));

    private static EtcdKeyFact Fact(string key, long size) => new(Encoding.UTF8.GetBytes(key), size, 1);
}
