namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A file for the textfile collector of Prometheus' node_exporter, which reads only names that end with <c>.prom</c>. It is written
/// beside its place and moved there, so that it is never read half written.
/// </summary>
internal sealed class MetricsFile(string path)
{
    // The collector is another user; the umask of a service is often stricter.
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(path);

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write the file.</exception>
    public async Task WriteAsync(string page, CancellationToken cancellationToken)
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
