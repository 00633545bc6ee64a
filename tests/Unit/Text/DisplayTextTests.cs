using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Text;
using EtcdDefrag.Unit.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Unit.Text;

/// <summary>What a hostile text can do to whoever reads it: nothing.</summary>
public sealed class DisplayTextTests
{
    // What acts on terminals and log viewers, halves of pairs, and what merely looks odd, between ordinary letters.
    private static readonly string[] Pieces =
    [
        "a", "etcd-1", " ", "\n", "\r", "\r\n", "\t", "\0", "\u001b[31m", "\u001b]0;title\u0007", "\u009b2J", "\u0085", "\u007f", "\u202e", "\u2066", "\u200f", "\u061c",
        "\u2028", "\u2029", "\ufeff", "\u00ad", "\U000e0041", "\ud800", "\udfff", "\U0001f600", "é", "\\", "\\u001b", "\"", "%0a", "\ufffd",
    ];

    private static readonly Gen<string> Hostile = Gen.Elements(Pieces).ListOf().Select(string.Concat);

    [Fact]
    public void What_is_shown_is_one_bounded_line_that_nothing_acts_on() => Check.One(Fuzz.Config, Prop.ForAll(
        (from text in Hostile from most in Gen.Choose(30, 200) select (text, most)).ToArbitrary(),
        one =>
        {
            var shown = DisplayText.Of(one.text, one.most);

            Assert.InRange(shown.Length, 0, one.most);
            Assert.DoesNotContain(shown.EnumerateRunes(), IsActive);
            Assert.Equal(shown, DisplayText.Of(shown, one.most));
        }));

    [Fact]
    public void Within_JSON_it_means_what_it_meant() => Check.One(Fuzz.Config, Prop.ForAll(Hostile.ToArbitrary(), text =>
    {
        var json = JsonLines.Write(new JsonObject { ["a"] = text });

        Assert.Equal((string?)JsonNode.Parse(json)!["a"], (string?)JsonNode.Parse(DisplayText.Of(json, int.MaxValue))!["a"]);
    }));

    [Fact]
    public void Of_a_cut_text_the_length_is_said_and_no_pair_and_no_escape_is_cut() => Check.One(Fuzz.Config, Prop.ForAll(
        Hostile.Where(t => t.Length > 60).ToArbitrary(),
        text =>
        {
            var shown = DisplayText.Of(text, 60);

            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"... ({text.Length} characters)"), shown, StringComparison.Ordinal);
            Assert.DoesNotContain(shown, c => char.IsSurrogate(c) && !shown.EnumerateRunes().Any(r => r.ToString().Contains(c, StringComparison.Ordinal)));
        }));

    [Theory]
    [InlineData(null, "")]
    [InlineData("plain text, with Ümläute and 日本語", "plain text, with Ümläute and 日本語")]
    [InlineData("a\nThe defragmentation is successful.", @"a\nThe defragmentation is successful.")]
    [InlineData("\u001b[2J\u0000\u202e", @"\u001b[2J\u0000\u202e")]
    [InlineData("\U000e0041", @"\udb40\udc41")]
    public void What_acts_is_written_as_in_JSON(string? text, string expected) => Assert.Equal(expected, DisplayText.Of(text));

    [Fact]
    public void Half_a_pair_is_written_as_in_JSON() => Assert.Equal(@"\ud800x\udfff", DisplayText.Of("\ud800x\udfff"));

    [Fact]
    public void A_text_without_end_costs_no_more_than_its_bound()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var text = new string('\u001b', 10_000_000);
        var made = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(400, DisplayText.Value(text).Length, tolerance: 6);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - made, 0, 100_000);
    }

    [Fact]
    public void Own_lines_stay_lines_up_to_a_number() =>
        Assert.Equal(["a", @"b\u001b", "..."], DisplayText.Lines("a\r\nb\u001b\nc\nd", maxLines: 2));

    private static bool IsActive(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
