using System.Runtime.InteropServices;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support.Load;

/// <summary>
/// Asks every member for its Status again and again, and records when which member did not answer. A member counts as blocked
/// from the first question it left open until its next answer, if that took longer than <see cref="Threshold"/>; one that refuses
/// connections counts in the same way.
/// </summary>
internal sealed class BlockWatch : IAsyncDisposable
{
    /// <summary>What a busy machine may take for an answer.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // A question put before a member was stopped or killed may never be answered; it is put again.
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly CancellationTokenSource _end = new();
    private readonly long _started;
    private readonly List<MemberWatch> _watches;
    private readonly List<Span> _stalls = [];
    private readonly Task _running;

    private BlockWatch(IEnumerable<EtcdSandboxMember> members)
    {
        _started = _time.GetTimestamp();
        _watches = [.. members.Select(member => new MemberWatch(member.Name, member.OpenClient()))];
        _running = Task.WhenAll([.. _watches.Select(WatchAsync), WatchMyselfAsync()]);
    }

    /// <summary>Starts watching.</summary>
    public static BlockWatch Start(IEnumerable<EtcdSandboxMember> members) => new(members);

    /// <summary>When members were blocked, until now, in the order in which it began.</summary>
    public IReadOnlyList<Block> Blocks => [.. _watches.SelectMany(BlocksOf).OrderBy(block => block.When.From)];

    /// <summary>
    /// The times for which two members were blocked at once. What the machine itself slept through does not count, and neither does
    /// an overlap no longer than <see cref="Threshold"/>: of two blocks, one right after the other, both ends are seen late.
    /// </summary>
    public IReadOnlyList<(Block First, Block Second)> Overlaps
    {
        get
        {
            var blocks = Blocks;
            return [.. blocks.SelectMany((first, i) => blocks.Skip(i + 1).Select(second => (First: first, Second: second)))
                .Where(pair => pair.First.Member != pair.Second.Member && AwakeWithin(pair.First.When.And(pair.Second.When)) > Threshold)];
        }
    }

    /// <summary>Fails the test if two members were ever blocked at once.</summary>
    public void AssertAtMostOneBlocked() => Assert.True(
        Overlaps.Count == 0, $"Blocked at once: {string.Join("; ", Overlaps.Select(pair => $"{pair.First} and {pair.Second}"))}.");

    /// <summary>The longest time a member was blocked for; zero where it never was.</summary>
    public TimeSpan LongestOf(EtcdSandboxMember member) =>
        Blocks.Where(block => block.Member == member.Name).Select(block => block.When.Length).DefaultIfEmpty().Max();

    /// <summary>Whether a member is blocked now.</summary>
    public bool IsBlocked(EtcdSandboxMember member) =>
        _watches.Where(watch => watch.Name == member.Name).Any(watch => watch.OpenSince() is { } since && Now - since > Threshold);

    /// <summary>Ends the watch; what it has seen stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _watches.ForEach(watch => watch.Client.Dispose());
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    private IEnumerable<Block> BlocksOf(MemberWatch watch)
    {
        var blocks = watch.Closed();
        var open = watch.OpenSince() is { } since ? new Span(since, _end.IsCancellationRequested ? watch.LastLook : Now) : default;
        return blocks.Append(open).Where(span => span.Length > Threshold).Select(span => new Block(watch.Name, span));
    }

    private TimeSpan AwakeWithin(Span span)
    {
        lock (_stalls)
        {
            return span.Length - _stalls.Aggregate(TimeSpan.Zero, (sum, stall) => sum + span.And(stall).Length);
        }
    }

    private async Task WatchAsync(MemberWatch watch)
    {
        while (!_end.IsCancellationRequested)
        {
            watch.Ask(Now);
            if (await AnswersAsync(watch.Client))
            {
                watch.Answer(Now);
            }

            watch.LastLook = Now;
            await WaitAsync();
        }
    }

    private async Task<bool> AnswersAsync(EtcdSandboxClient client)
    {
        using var deadline = new CancellationTokenSource(PollTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _end.Token);
        try
        {
            await client.GetStatusAsync(either.Token);
            return true;
        }
        catch (EtcdSandboxClientException)
        {
            // A refusal is an answer.
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or TimeoutException)
        {
            return false;
        }
    }

    // A pause that takes much longer than asked for means that this process had no processor, and that an answer may have lain
    // there unread for as long.
    private async Task WatchMyselfAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var before = Now;
            await WaitAsync();
            var stall = new Span(before + Pause, Now);
            if (stall.Length > Pause)
            {
                lock (_stalls)
                {
                    _stalls.Add(stall);
                }
            }
        }
    }

    private Task WaitAsync() => Task.Delay(Pause, _time, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>What is known of one member.</summary>
    private sealed class MemberWatch(string name, EtcdSandboxClient client)
    {
        private readonly List<Span> _closed = [];
        private TimeSpan? _openSince;
        private int _questions;

        public string Name => name;

        public EtcdSandboxClient Client => client;

        public TimeSpan LastLook { get; set; }

        public void Ask(TimeSpan now)
        {
            lock (_closed)
            {
                _questions++;
                _openSince ??= now;
            }
        }

        public void Answer(TimeSpan now)
        {
            lock (_closed)
            {
                var span = new Span(_openSince!.Value, now);
                _openSince = null;

                // The first question of all is slow by itself: code is compiled, connections are made, to all members at once.
                if (span.Length > Threshold && _questions > 1)
                {
                    _closed.Add(span);
                }
            }
        }

        public TimeSpan? OpenSince()
        {
            lock (_closed)
            {
                return _openSince;
            }
        }

        public IReadOnlyList<Span> Closed()
        {
            lock (_closed)
            {
                return [.. _closed];
            }
        }
    }
}

/// <summary>A time in which a member did not answer.</summary>
internal sealed record Block(string Member, Span When)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Member} from {When.From.TotalSeconds:0.00} to {When.To.TotalSeconds:0.00} s";
}

/// <summary>A piece of time, counted from the beginning of the watch.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Span(TimeSpan From, TimeSpan To)
{
    public TimeSpan Length => To > From ? To - From : TimeSpan.Zero;

    /// <summary>The part that two have in common; empty where there is none.</summary>
    public Span And(Span other) => new(From > other.From ? From : other.From, To < other.To ? To : other.To);
}
