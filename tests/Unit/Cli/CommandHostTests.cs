using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Output;

namespace EtcdDefrag.Unit.Cli;

/// <summary>What the command finds out about where it runs.</summary>
public sealed class CommandHostTests
{
    [Theory]
    [InlineData(true, true, null, null, true)]
    [InlineData(true, false, null, null, false)] // cmd.exe of an older Windows
    [InlineData(false, true, null, null, false)]
    [InlineData(true, true, "1", null, false)]
    [InlineData(true, true, null, "dumb", false)]
    public void Colours_are_for_terminals_that_act_on_them_and_readers_who_want_them(
        bool isTerminal, bool actsOnSequences, string? noColor, string? term, bool expected)
    {
        var host = CommandHost.OfProcess() with
        {
            IsErrorTerminal = isTerminal,
            EnableSequences = () => actsOnSequences,
            ReadVariable = name => name == "NO_COLOR" ? noColor : name == "TERM" ? term : null,
        };

        Assert.Equal(expected, host.WantsColour);
    }

    [SkippableFact]
    public void On_Windows_what_is_no_console_has_no_colours()
    {
        Skip.IfNot(OperatingSystem.IsWindows() && Console.IsErrorRedirected, "Only a console of Windows has to be told to act on them.");

        Assert.False(VirtualTerminal.TryEnable());
    }
}
