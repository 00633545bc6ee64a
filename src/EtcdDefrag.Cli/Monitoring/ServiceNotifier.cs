using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Events;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>
/// Reports the state of the service to systemd (sd_notify(3)), by one datagram for each message to the socket that NOTIFY_SOCKET names.
/// A message that cannot be delivered is dropped: a monitor does not end because its listener is gone.
/// </summary>
internal sealed class ServiceNotifier : IMonitorObserver, IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly TimeProvider _time;
    private readonly TimeSpan _watchdogInterval;
    private int _isReloading;

    private ServiceNotifier(UnixDomainSocketEndPoint? address, TimeSpan watchdogInterval, TimeProvider time)
    {
        _address = address;
        _socket = address is null ? null : new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        _watchdogInterval = watchdogInterval;
        _time = time;
    }

    /// <summary>Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.</summary>
    public static ServiceNotifier FromEnvironment(Func<string, string?> read, TimeProvider time)
    {
        // '@' stands for the zero byte with which the name of an abstract socket begins.
        var address = read("NOTIFY_SOCKET") switch
        {
            { Length: > 1 } text when text[0] == '@' => new UnixDomainSocketEndPoint('\0' + text[1..]),
            { Length: > 1 } text when text[0] == '/' => new UnixDomainSocketEndPoint(text),
            _ => null,
        };
        var isForUs = read("WATCHDOG_PID") is not { Length: > 0 } process || process == $"{Environment.ProcessId}";
        _ = long.TryParse(read("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds);
        var isWatched = address is not null && isForUs && microseconds > 0;
        return new ServiceNotifier(address, isWatched ? TimeSpan.FromMicroseconds(microseconds / 2.0) : Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>The configuration is about to be read again; the event of that completes the message.</summary>
    public void Reloading()
    {
        Interlocked.Exchange(ref _isReloading, 1);
        var microseconds = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={microseconds}"));
    }

    /// <summary>Reports at half of the watchdog's interval that the monitor is alive, as long as it is.</summary>
    public IAsyncDisposable StartWatchdog(MonitorWatch watch)
    {
        void SendIfAlive(object? state)
        {
            if (watch.IsAlive)
            {
                Send("WATCHDOG=1");
            }
        }

        return _time.CreateTimer(SendIfAlive, null, _watchdogInterval, _watchdogInterval);
    }

    public Task OnEventAsync(MonitorEvent monitorEvent, IReadOnlyList<EtcdMonitorEvent> entries)
    {
        var isAnswer = monitorEvent is ConfigurationInForce or ConfigurationRefused or ConfigurationMissing or ConfigurationUnchanged;
        if (monitorEvent is ConfigurationInForce { IsReload: false } || (isAnswer && Interlocked.Exchange(ref _isReloading, 0) == 1))
        {
            Send("READY=1");
        }
        else if (monitorEvent is MonitorStopping)
        {
            Send("STOPPING=1");
        }

        if (entries.LastOrDefault(e => e.Level != EtcdMonitorLevel.Debug) is { } last)
        {
            Send($"STATUS={DisplayText.Of(EventText.Message(last))}");
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(message), _address!);
        }
        catch (SocketException)
        {
            // No listener, or a full queue.
        }
    }
}
