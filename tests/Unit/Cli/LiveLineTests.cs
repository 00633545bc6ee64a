using EtcdDefrag.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace EtcdDefrag.Unit.Cli;

/// <summary>The line that says what is being waited for, and that leaves nothing behind.</summary>
public sealed class LiveLineTests : IDisposable
{
    private const string Erase = "\r\u001b[K";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _terminal = new() { NewLine = "\n" };
    private readonly LiveLine _live;

    public LiveLineTests() => _live = new LiveLine(_terminal, _time);

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void It_is_drawn_when_the_text_changes_and_at_most_four_times_a_second()
    {
        _live.Show(elapsed => $"{elapsed.TotalMilliseconds}");
        Assert.Equal("", Take());

        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal("", Take());

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Advance(3);
        Assert.Equal(Drawn("250") + Drawn("500") + Drawn("750") + Drawn("1000"), Take());

        _live.Show(elapsed => $"{(int)elapsed.TotalSeconds}");
        Advance(4);
        Assert.Equal(Erase + Drawn("0") + Drawn("1"), Take());
    }

    [Fact]
    public void A_line_stands_in_its_place_and_it_comes_back_below()
    {
        var output = new LineOutput(_terminal) { Live = _live };
        _live.Show(_ => "waiting");
        _time.Advance(Tick);

        output.WriteLine("a line");
        output.WriteLine("another");
        _time.Advance(Tick);

        Assert.Equal($"{Drawn("waiting")}{Erase}a line\nanother\n{Drawn("waiting")}", Take());
    }

    [Fact]
    public void In_the_end_it_is_erased_and_stays_away()
    {
        _live.Show(_ => "waiting");
        _time.Advance(Tick);
        _live.Stop();
        _live.Stop();
        _time.Advance(Tick * 10);

        Assert.Equal(Drawn("waiting") + Erase, Take());

        _live.Show(_ => "again");
        _time.Advance(Tick);
        _live.Show(null);

        Assert.Equal(Drawn("again") + Erase, Take());
    }

    [Fact]
    public void What_is_shown_is_one_bounded_line()
    {
        _live.Show(_ => $"a\n\u001b[2J{new string('b', 1000)}");
        _time.Advance(Tick);

        var shown = Take();

        Assert.StartsWith("\r\u001b[?7la\\n\\u001b[2Jbbb", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 1, 250);
    }

    [Fact]
    public void A_terminal_that_has_gone_ends_it_in_silence()
    {
        _terminal.Dispose();
        _live.Show(_ => "waiting");

        _time.Advance(Tick);

        _live.Stop();
    }

    private static string Drawn(string text) => $"\r\u001b[?7l{text}\u001b[K\u001b[?7h";

    private void Advance(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            _time.Advance(Tick);
        }
    }

    private string Take()
    {
        var text = _terminal.ToString();
        _terminal.GetStringBuilder().Clear();
        return text;
    }
}
