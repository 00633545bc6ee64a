using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Monitoring.Telling;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>A monitor's metrics, over HTTP and in a file, as far as they were asked for.</summary>
internal sealed class MetricsOutlet : IMonitorObserver, IAsyncDisposable
{
    private readonly MonitorMetrics _metrics = new();
    private readonly MonitorReadiness _readiness = new();
    private readonly MetricsFile? _file;
    private readonly LineOutput _error;
    private MetricsServer? _server;
    private bool _isFileFailing;

    private MetricsOutlet(MetricsFile? file, LineOutput error)
    {
        _file = file;
        _error = error;
    }

    /// <summary>Opens what was asked for; what cannot be opened is known before the monitor starts.</summary>
    /// <param name="address">Where to listen; null for nowhere.</param>
    /// <param name="file">The file to write; null for none.</param>
    /// <param name="error">Where it is told that the file can no longer be written, and that it can again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="MetricsOutletException">The address cannot be listened on, or the file cannot be written.</exception>
    public static async Task<MetricsOutlet> OpenAsync(
        IPEndPoint? address, string? file, LineOutput error, TimeProvider time, CancellationToken cancellationToken)
    {
        var outlet = new MetricsOutlet(file is null ? null : new MetricsFile(file), error);
        try
        {
            await outlet.OpenAsync(address, time, cancellationToken).ConfigureAwait(false);
            return outlet;
        }
        catch (Exception closed) when (closed is SocketException or IOException or UnauthorizedAccessException)
        {
            await outlet.DisposeAsync().ConfigureAwait(false);
            throw new MetricsOutletException(
                closed is SocketException ? $"--metrics-address {address}: {closed.Message}" : $"--metrics-file {file}: {closed.Message}", closed);
        }
    }

    /// <summary>Learns from an event, and has the file say so. A file that cannot be written does not stop the monitor.</summary>
    public async Task OnEventAsync(MonitorEvent happened, IReadOnlyList<EtcdMonitorEvent> told)
    {
        _metrics.Observe(happened);
        _readiness.Observe(happened);

        // Within a round much happens; the file is for what came of it.
        if (_file is not null && happened is not (RunHappened or ClusterJudged or RoundStarted))
        {
            await TryWriteAsync(_file).ConfigureAwait(false);
        }
    }

    /// <summary>Asks this one, when it is asked itself, whether the monitor is at work.</summary>
    public void Watch(MonitorWatch watch) => _readiness.Watch(() => watch.IsAlive);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().ConfigureAwait(false);
        }

        _metrics.Dispose();
    }

    private async Task OpenAsync(IPEndPoint? address, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_file is not null)
        {
            await _file.WriteAsync(PrometheusPage.Write(_metrics.Meter), cancellationToken).ConfigureAwait(false);
        }

        _server = address is null ? null : MetricsServer.Start(address, new MetricsPages(_metrics, _readiness).Find, time);
    }

    private async Task TryWriteAsync(MetricsFile file)
    {
        try
        {
            await file.WriteAsync(PrometheusPage.Write(_metrics.Meter), CancellationToken.None).ConfigureAwait(false);
            if (_isFileFailing)
            {
                await _error.WriteLineAsync("The metrics file can be written again.").ConfigureAwait(false);
            }

            _isFileFailing = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_isFileFailing)
            {
                await _error.WriteLineAsync($"The metrics file cannot be written: {failure.Message}").ConfigureAwait(false);
            }

            _isFileFailing = true;
        }
    }
}

/// <summary>Metrics cannot be had where they were asked for.</summary>
/// <param name="message">What was asked for, and what is in the way.</param>
/// <param name="innerException">Why.</param>
internal sealed class MetricsOutletException(string message, Exception innerException) : Exception(message, innerException);
