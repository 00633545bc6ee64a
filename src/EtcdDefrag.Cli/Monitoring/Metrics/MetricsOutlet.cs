using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Events;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Reporting;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>A monitor's metrics over HTTP and in a file, as far as the flags ask for them.</summary>
internal sealed class MetricsOutlet : IMonitorObserver, IAsyncDisposable
{
    private readonly MonitorMetrics _metrics = new();
    private readonly MonitorReadiness _readiness = new();
    private readonly ReportHistory _history = new();
    private readonly MetricsFile? _file;
    private readonly LineOutput _error;
    private MetricsServer? _server;
    private bool _isFileFailing;

    private MetricsOutlet(MetricsFile? file, LineOutput error)
    {
        _file = file;
        _error = error;
    }

    /// <summary>Opens what was asked for, so that a failure is known before the monitor starts.</summary>
    /// <exception cref="MetricsOutletException">The address cannot be listened on, or the file cannot be written.</exception>
    public static async Task<MetricsOutlet> OpenAsync(
        IPEndPoint? address, string? file, LineOutput error, TimeProvider time, CancellationToken cancellationToken)
    {
        var outlet = new MetricsOutlet(file is null ? null : new MetricsFile(file, time), error);
        try
        {
            await outlet.WriteFileAsync(cancellationToken).ConfigureAwait(false);
            var pages = new MetricsPages(outlet._metrics, outlet._readiness, outlet._history, time);
            outlet._server = address is null ? null : MetricsServer.Start(address, pages.Find, time);
            return outlet;
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            await outlet.DisposeAsync().ConfigureAwait(false);
            var flag = failure is SocketException ? $"--metrics-address {address}" : $"--metrics-file {file}";
            throw new MetricsOutletException($"{flag}: {failure.Message}", failure);
        }
    }

    /// <summary>A file that cannot be written does not stop the monitor.</summary>
    public async Task OnEventAsync(MonitorEvent monitorEvent, IReadOnlyList<EtcdMonitorEvent> entries)
    {
        _metrics.Observe(monitorEvent);
        _readiness.Observe(monitorEvent);
        _history.Add(entries);

        // A round has many events; the file is written at its end.
        if (monitorEvent is not (RunEvent or ClusterJudged or RoundStarted))
        {
            await TryWriteFileAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reports from now on whether the monitor is alive.</summary>
    public void Watch(MonitorWatch watch) => _readiness.IsAtWork = () => watch.IsAlive;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().ConfigureAwait(false);
        }

        _metrics.Dispose();
    }

    private Task WriteFileAsync(CancellationToken cancellationToken) =>
        _file is null ? Task.CompletedTask : _file.WriteAsync(PrometheusPage.Write(_metrics.Meter), cancellationToken);

    private async Task TryWriteFileAsync()
    {
        try
        {
            await WriteFileAsync(CancellationToken.None).ConfigureAwait(false);
            if (_isFileFailing)
            {
                _error.WriteLine("The metrics file can be written again.");
            }

            _isFileFailing = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_isFileFailing)
            {
                _error.WriteLine($"The metrics file cannot be written: {failure.Message}");
            }

            _isFileFailing = true;
        }
    }
}

/// <summary>Metrics cannot be provided where they were asked for.</summary>
internal sealed class MetricsOutletException(string message, Exception innerException) : Exception(message, innerException);
