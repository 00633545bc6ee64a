using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What tests of the loop have in common: clusters in memory, a clock that the test moves, the events.</summary>
public abstract class MonitorTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<MonitorEvent> _events = [];
    private Task _reading = Task.CompletedTask;

    private protected FakeCluster Cluster { get; set; } = FakeCluster.Of(3);

    private protected FakeTime Time { get; } = new();

    private protected virtual IEnumerable<FakeCluster> Watched => [Cluster];

    /// <summary>What chance gives.</summary>
    private protected double Jitter { get; set; }

    private protected MonitorConfiguration Configuration => new()
    {
        Clusters = [new MonitoredCluster { Name = "one", Endpoints = Cluster.Endpoints }],
        JitterPercentage = 0,
        Policy = new() { MaxFragmentedPercentage = 45 },
    };

    private protected IReadOnlyList<MonitorEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    private protected IEnumerable<string> Names => Events.Where(e => e is not RunEvent).Select(e => e.GetType().Name);

    private protected void Start(MonitorConfiguration configuration, IEtcdConnector? connector = null) =>
        Read(new MonitorLoop(configuration, null, () => connector ?? Cluster, new MonitorClock(Time, () => Jitter)));

    private protected void Start(ConfigurationFile file, IEtcdConnector? connector = null) =>
        Read(new MonitorLoop(null, file, () => connector ?? Cluster, new MonitorClock(Time, () => Jitter)));

    private protected void Start(MonitorConfiguration configuration, Func<IEtcdConnector> connect) =>
        Read(new MonitorLoop(configuration, null, connect, new MonitorClock(Time, () => Jitter)));

    private protected void Stop() => _stop.Cancel();

    /// <summary>Waits for the loop's end, and gives what it threw.</summary>
    private protected Task EndAsync() => _reading.WaitAsync(Timeout);

    private protected IEnumerable<TEvent> Of<TEvent>() => Events.OfType<TEvent>();

    /// <summary>Moves the clock on, little by little, until so many events of a kind have come.</summary>
    private protected Task UntilAsync<TEvent>(int count = 1, int stepSeconds = 5) =>
        UntilAsync(() => Of<TEvent>().Count() >= count, stepSeconds, $"{count} {typeof(TEvent).Name}");

    /// <summary>Moves the clock on, little by little, until something holds; with a step of 0 only waits for it.</summary>
    private protected async Task UntilAsync(Func<bool> holds, int stepSeconds = 5, string what = "it")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.False(_reading.IsFaulted, $"The loop ended: {_reading.Exception}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Timeout, $"It did not come to {what}. {string.Join('\n', Events)}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            if (!holds() && stepSeconds > 0)
            {
                Advance(TimeSpan.FromSeconds(stepSeconds));
            }
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await UntilAsync(() => _reading.IsCompleted, what: "the end");
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _stop.Dispose();
    }

    /// <summary>Does not run away from whoever keeps a lease alive: it lives for 30 s of this clock, however busy the machine is.</summary>
    private void Advance(TimeSpan step)
    {
        var held = Watched.Select(c => c.LeaseSince).OfType<DateTimeOffset>().ToArray();
        var most = held.Length == 0 ? step : TimeSpan.FromSeconds(Math.Min(step.TotalSeconds, 5));
        if (held.Length == 0 || Time.GetUtcNow() + most - held.Min() < TimeSpan.FromSeconds(25))
        {
            Time.Advance(most);
        }
    }

    private void Read(MonitorLoop loop)
    {
        foreach (var cluster in Watched)
        {
            cluster.Clock = Time;
        }

        _reading = ReadAsync(loop);
    }

    private Task ReadAsync(MonitorLoop loop) => Task.Run(async () =>
    {
        await foreach (var monitorEvent in loop.RunAsync(_stop.Token))
        {
            lock (_events)
            {
                _events.Add(monitorEvent);
            }
        }
    });
}
