using System.Threading.Channels;
using EtcdDefrag.Files;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>
/// A configuration file that is polled for changes of its content. There are no notifications for mounted folders, and neither
/// notifications nor the time of the last write reveal that a symbolic link was turned to another file, which is how Kubernetes changes a
/// mounted ConfigMap.
/// </summary>
internal sealed class ConfigurationFile
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long an editor may take to write a file in place: until then it is empty or cut off.</summary>
    private static readonly TimeSpan RewriteTime = TimeSpan.FromSeconds(0.5);

    // One place: requests that come before the look are one request.
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Content? _last;

    /// <summary>Names the file; it is not read yet.</summary>
    public ConfigurationFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Name = Path.GetFullPath(path);
    }

    /// <summary>The full path.</summary>
    public string Name { get; }

    /// <summary>What the file held when it had changed last.</summary>
    public ConfigurationReading? LastReading { get; private set; }

    /// <summary>Has the monitor read the file at once. Safe to call from any thread.</summary>
    public void ReadSoon() => _requests.Writer.TryWrite(true);

    /// <summary>Waits until it is time to read the file again; returns whether that was requested.</summary>
    public async Task<bool> WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var requested = _requests.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(requested, Task.Delay(PollInterval, time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return _requests.Reader.TryRead(out _);
    }

    /// <summary>Reads the file; null if it has not changed.</summary>
    public async Task<ConfigurationReading?> ReadIfChangedAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (content.IsSameAs(_last))
        {
            return null;
        }

        var reading = Parse(content);
        if (_last is not null && reading is { Configuration: null, IsMissing: false })
        {
            await Task.Delay(RewriteTime, time, cancellationToken).ConfigureAwait(false);
            content = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (content.IsSameAs(_last))
            {
                return null;
            }

            reading = Parse(content);
        }

        (_last, LastReading) = (content, reading);
        return reading;
    }

    private ConfigurationReading Parse(Content content)
    {
        if (content.Bytes is not { } bytes)
        {
            return new ConfigurationReading(null, [Problem(content.Failure)], content.IsMissing);
        }

        try
        {
            var problems = ConfigurationReader.Read(bytes, Name, out var configuration);
            return new ConfigurationReading(configuration, problems);
        }
        catch (Exception unexpected)
        {
            // Whatever the file holds, it must not end a monitor that has a configuration.
            return new ConfigurationReading(null, [Problem($"The file cannot be used: {unexpected.Message}")]);
        }
    }

    private ConfigurationProblem Problem(string reason) => new(Name, 0, "", reason);

    private async Task<Content> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Content(await RegularFile.ReadAsync(Name, MaxBytes, cancellationToken).ConfigureAwait(false), "");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Content(null, "The file does not exist.", IsMissing: true);
        }
        catch (Exception unreadable) when (unreadable is not OperationCanceledException)
        {
            return new Content(null, $"The file cannot be read: {unreadable.Message}");
        }
    }

    private sealed record Content(byte[]? Bytes, string Failure, bool IsMissing = false)
    {
        public bool IsSameAs(Content? other) =>
            Failure == other?.Failure && Bytes is null == other.Bytes is null && Bytes.AsSpan().SequenceEqual(other.Bytes);
    }
}

/// <summary>What the file holds: a configuration, or the problems that prevent one.</summary>
internal sealed record ConfigurationReading(
    MonitorConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems, bool IsMissing = false)
{
    /// <summary>How to report it when the configuration in force does not change.</summary>
    public MonitorEvent ToEvent(DateTimeOffset at, string file) =>
        Configuration is not null ? new ConfigurationUnchanged(at, file)
        : IsMissing ? new ConfigurationMissing(at, file)
        : new ConfigurationRefused(at, file, Problems);
}
