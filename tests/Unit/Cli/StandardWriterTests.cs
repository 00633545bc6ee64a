using System.Text;
using EtcdDefrag.Cli.Output;

namespace EtcdDefrag.Unit.Cli;

/// <summary>In which bytes the command writes.</summary>
public sealed class StandardWriterTests
{
    [Fact]
    public void Files_and_pipes_get_utf8_and_a_console_its_own_encoding()
    {
        var file = StandardWriter.ChooseEncoding(isRedirected: true, Encoding.Latin1);

        Assert.Equal("é節"u8.ToArray(), file.GetBytes("é節"));
        Assert.Empty(file.GetPreamble());
        Assert.Equal([0xE9, (byte)'?'], StandardWriter.ChooseEncoding(isRedirected: false, Encoding.Latin1).GetBytes("é節"));
    }
}
