namespace EtcdDefrag.Unit.Monitoring.Metrics;

/// <summary>The reader of the text format is as strict as it says.</summary>
public sealed class ExpositionPageTests
{
    private const string Head = "# HELP a It is.\n# TYPE a gauge\n";

    [Fact]
    public void A_page_is_read_with_its_labels_unescaped_and_in_order()
    {
        var page = ExpositionPage.Read($"{Head}a{{c=\"x\",b=\"\\\\ \\\" \\n\"}} 1.5\n# HELP b_total It is.\n# TYPE b_total counter\nb_total 1E+20\n");
        Assert.Equal(1.5, page.Samples["a{b=\"\\ \" \n\",c=\"x\"}"]);
        Assert.Equal(1e20, page.Samples["b_total"]);
    }

    [Theory]
    [InlineData(Head + "a 1")]
    [InlineData("a 1\n")]
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData(Head + "b 1\n")]
    [InlineData(Head + "a 1\na 2\n")]
    [InlineData(Head + "a{b=\"1\",c=\"2\"} 1\na{c=\"2\",b=\"1\"} 1\n")]
    [InlineData(Head + "a{b=\"1\",b=\"2\"} 1\n")]
    [InlineData(Head + "a{b=\"\\x\"} 1\n")]
    [InlineData(Head + "a{b=\"\n\"} 1\n")]
    [InlineData(Head + "a{} 1\n")]
    [InlineData(Head + "a one\n")]
    [InlineData(Head + "a 1,5\n")]
    [InlineData(Head + "\na 1\n")]
    [InlineData(Head + Head + "a 1\n")]
    [InlineData("# HELP a It is.\n# TYPE a counter\na 1\n")]
    public void What_is_wrong_is_refused(string text) => Assert.Throws<FormatException>(() => ExpositionPage.Read(text));
}
