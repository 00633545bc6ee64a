using System.Threading.Channels;
using EtcdDefrag.Files;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>
/// A configuration's file, looked at again and again. What counts is its content, read anew each time: notifications of the file
/// system do not come for mounted folders, and neither they nor the time of the last write tell of a symbolic link that was turned to
/// another file, which is how Kubernetes changes a mounted ConfigMap.
/// </summary>
internal sealed class ConfigurationFile
{
    /// <summary>How often a monitor looks at it.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private const int MaxBytes = 1024 * 1024;

    // One place: to be asked twice before the look comes is to be asked once.
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Content? _last;
    private ConfigurationReading? _reading;

    /// <summary>Names the file; it is not read yet.</summary>
    /// <param name="path">Its path.</param>
    public ConfigurationFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Name = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The whole path.</summary>
    public string Name { get; }

    /// <summary>Has the monitor look at the file at once. From any thread.</summary>
    public void ReadSoon() => _asked.Writer.TryWrite(true);

    /// <summary>Waits for the time of the next look.</summary>
    /// <returns>Whether it was asked for.</returns>
    internal async Task<bool> WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _asked.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(asked, Task.Delay(PollInterval, time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return _asked.Reader.TryRead(out _);
    }

    /// <summary>Reads the file if it is not what it was when it was looked at last.</summary>
    /// <param name="cancellationToken">Gives the reading up.</param>
    /// <returns>What it holds now; null where nothing has changed.</returns>
    public async Task<ConfigurationReading?> ReadIfChangedAsync(CancellationToken cancellationToken)
    {
        var content = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (content.IsSameAs(_last))
        {
            return null;
        }

        _last = content;
        _reading = content.Bytes is { } bytes
            ? Parse(bytes)
            : new ConfigurationReading(null, [new ConfigurationProblem(Name, 0, "", content.Failure)], content.IsMissing);
        return _reading;
    }

    /// <summary>Reads the file, and tells what it holds whether or not that has changed.</summary>
    internal async Task<ConfigurationReading?> ReadAgainAsync(CancellationToken cancellationToken) =>
        await ReadIfChangedAsync(cancellationToken).ConfigureAwait(false) ?? _reading;

    private ConfigurationReading Parse(byte[] bytes)
    {
        try
        {
            var problems = ConfigurationReader.Read(bytes, Name, out var configuration);
            return new ConfigurationReading(configuration, problems, IsMissing: false);
        }
        catch (Exception unforeseen)
        {
            // Whatever a file holds, it must not end a monitor that has a configuration to go on by.
            return new ConfigurationReading(null, [new ConfigurationProblem(Name, 0, "", $"The file cannot be used: {unforeseen.Message}")], IsMissing: false);
        }
    }

    private async Task<Content> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Content(await RegularFile.ReadAsync(Name, MaxBytes, cancellationToken).ConfigureAwait(false), "");
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
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
            other is not null && Failure == other.Failure && Bytes.AsSpan().SequenceEqual(other.Bytes) && Bytes is null == other.Bytes is null;
    }
}

/// <summary>What a look at a configuration's file has found.</summary>
/// <param name="Configuration">The configuration; null where there is none that can be used.</param>
/// <param name="Problems">Why there is none.</param>
/// <param name="IsMissing">Whether the file is not there.</param>
internal sealed record ConfigurationReading(
    MonitorConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems, bool IsMissing);
