namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A file for the textfile collector of Prometheus' node_exporter, which reads only names that end with <c>.prom</c>. It is written
/// beside its place and moved there, so that it is never read half written.
/// </summary>
internal sealed class MetricsFile(string path, TimeProvider time)
{
    /// <summary>How long a file that somebody reads is tried again: Windows replaces none that is open.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // The collector is another user; the umask of a service is often stricter.
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(path);

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write the file.</exception>
    public Task WriteAsync(string page, CancellationToken cancellationToken) =>
        TryAgainAsync(() => WriteOnceAsync(page, cancellationToken), OperatingSystem.IsWindows(), time, cancellationToken);

    /// <summary>
    /// Writes again where readers may be in the way: Windows says of an open file that access is denied, as it does where this user has no
    /// right.
    /// </summary>
    internal static async Task TryAgainAsync(Func<Task> writeAsync, bool readersBlock, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await writeAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception blocked) when (
                readersBlock
                && blocked is (IOException or UnauthorizedAccessException) and not DirectoryNotFoundException
                && time.GetElapsedTime(started) < Timeout)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteOnceAsync(string page, CancellationToken cancellationToken)
    {
        // A run that was killed leaves one such file. It may belong to another user: systemd's dynamic users change from start to start.
        var unfinished = $"{_path}.tmp";
        File.Delete(unfinished);
        await File.WriteAllTextAsync(unfinished, page, cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(unfinished, ReadableByAll);
        }

        File.Move(unfinished, _path, overwrite: true);
    }
}
