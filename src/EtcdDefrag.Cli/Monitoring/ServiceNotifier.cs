using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Telling;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>
/// Tells systemd how the service is (sd_notify(3)): one datagram a message to the socket that NOTIFY_SOCKET names. Where it names none,
/// nobody is told. A message that cannot be delivered is dropped: a monitor does not end for a listener that is gone.
/// </summary>
internal sealed class ServiceNotifier : IMonitorObserver, IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _watchdogEvery;
    private int _isReloading;

    private ServiceNotifier(UnixDomainSocketEndPoint? address, TimeSpan? watchdogEvery, TimeProvider time)
    {
        _address = address;
        _socket = address is null ? null : new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        _watchdogEvery = address is null ? null : watchdogEvery;
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
        var isForUs = read("WATCHDOG_PID") is not { Length: > 0 } process || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var isWatched = long.TryParse(read("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0;
        return new ServiceNotifier(address, isForUs && isWatched ? TimeSpan.FromMicroseconds(microseconds / 2.0) : null, time);
    }

    /// <summary>The configuration is to be read again; that it was is told by the event that comes of it.</summary>
    public void Reloading()
    {
        Interlocked.Exchange(ref _isReloading, 1);
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));
    }

    /// <summary>Says at half of the watchdog's time that the monitor is alive, as long as it is; until it is disposed of.</summary>
    public IAsyncDisposable StartWatchdog(MonitorWatch watch) => new Watchdog(_watchdogEvery, () => watch.IsAlive, () => Send("WATCHDOG=1"), _time);

    public Task OnEventAsync(MonitorEvent happened, IReadOnlyList<EtcdMonitorEvent> told)
    {
        if (happened is ConfigurationInForce { IsReload: false } || (IsAnswer(happened) && Interlocked.Exchange(ref _isReloading, 0) == 1))
        {
            Send("READY=1");
        }
        else if (happened is MonitorStopping)
        {
            Send("STOPPING=1");
        }

        if (told.LastOrDefault(t => t.Level != EtcdMonitorLevel.Debug) is { } last)
        {
            Send($"STATUS={DisplayText.Of(EventText.Sentence(last))}");
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _socket?.Dispose();

    private static bool IsAnswer(MonitorEvent happened) =>
        happened is ConfigurationInForce or ConfigurationRefused or ConfigurationMissing or ConfigurationUnchanged;

    private void Send(string message)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(message), _address!);
        }
        catch (SocketException)
        {
            // Nobody listens, or not now.
        }
    }
}
