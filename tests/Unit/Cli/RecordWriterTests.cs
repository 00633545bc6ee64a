using EtcdDefrag.Cli.Output;
using Record = EtcdDefrag.Cli.Output.Record;

namespace EtcdDefrag.Unit.Cli;

public sealed class RecordWriterTests
{
    [Fact]
    public void Every_kind_of_value_is_written_without_reflection()
    {
        var record = new Record("sample",
        [
            new("Text", "ü \"x\" <y>"),
            new("Missing", null),
            new("Truth", true),
            new("Small", 7),
            new("Large", long.MaxValue),
            new("Unsigned", ulong.MaxValue),
            new("Ratio", 0.25),
            new("Texts", new[] { "a", "b" }),
            new("MemberID", "1f"),
            new("DBSize", 1L),
            new("Records", new[] { new Record("inner", []) }),
        ]);

        Assert.Equal(
            """
            {"type":"sample","text":"ü \"x\" <y>","missing":null,"truth":true,"small":7,"large":9223372036854775807,"unsigned":18446744073709551615,
            "ratio":0.25,"texts":["a","b"],"memberId":"1f","dbSize":1,"records":[{"type":"inner"}]}
            """.ReplaceLineEndings(""),
            JsonLines.Write(RecordWriter.ToJson(record)));
    }

    [Fact]
    public void A_value_that_has_no_JSON_is_an_error_and_no_empty_object()
    {
        var record = new Record("sample", [new("When", TimeSpan.FromSeconds(1))]);

        Assert.Contains("When", Assert.Throws<InvalidOperationException>(() => { RecordWriter.ToJson(record); }).Message, StringComparison.Ordinal);
    }
}
