using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Cli;

/// <summary>The one way out of the command.</summary>
public sealed class LineOutputTests
{
    [Fact]
    public async Task A_line_stays_one_and_only_our_own_colour_is_left()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var output = new LineOutput(writer);

        output.WriteLine("a\nb\u001b[31m", "33", "12:00 ");
        output.WriteJson("{\"a\":\"\u202e\"}");
        output.WriteText("help\n");

        Assert.Equal("12:00 \u001b[33ma\\nb\\u001b[31m\u001b[0m\n{\"a\":\"\\u202e\"}\nhelp\n", writer.ToString());
        Assert.Null(output.Failure);
    }

    [Fact]
    public async Task A_line_that_cannot_be_written_ends_nothing_and_is_remembered()
    {
        var first = new IOException("No space left on device");
        await using var writer = new FailingWriter { Failure = first };
        var output = new LineOutput(writer);

        output.WriteLine("lost");
        writer.Failure = null;
        output.WriteLine("written");
        writer.Failure = new UnauthorizedAccessException();
        output.WriteText("lost too");

        Assert.Same(first, output.Failure);
        Assert.Equal($"written{writer.NewLine}", writer.Written);
    }

    [Fact]
    public async Task What_hangs_is_waited_for_only_so_long_once_it_is_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var hanging = new TaskCompletionSource();
        var time = new FakeTime();

        var ended = StopInTime.WaitAsync(hanging.Task, TimeSpan.FromSeconds(28), time, stop.Token);
        time.Advance(TimeSpan.FromDays(1));
        Assert.False(ended.IsCompleted);
        await stop.CancelAsync();
        while (!ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False(await ended);
        Assert.True(await StopInTime.WaitAsync(Task.CompletedTask, TimeSpan.FromSeconds(28), time, stop.Token));
    }

    private sealed class FailingWriter : StringWriter
    {
        public Exception? Failure { get; set; }

        public string Written => base.ToString();

        public override void Write(string? value)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            base.Write(value);
        }
    }
}
