namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A file for the textfile collector of Prometheus' node_exporter. It is written beside its place and moved there, so that a reader
/// sees the old one or the new one and never a part.
/// </summary>
internal sealed class MetricsFile
{
    // What the collector, another user, needs; the umask of a service is often stricter.
    private const UnixFileMode ForAllToRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path;

    /// <summary>Names the file.</summary>
    /// <param name="path">Its path; the collector reads only names that end with <c>.prom</c>.</param>
    public MetricsFile(string path) => _path = Path.GetFullPath(path);

    /// <summary>Puts a page in the file's place.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write it.</exception>
    public async Task WriteAsync(string page, CancellationToken cancellationToken)
    {
        // The collector passes over what does not end with .prom, and a run that was killed leaves one such file, not many.
        // It may be another user's: systemd's dynamic users differ from start to start.
        var unfinished = $"{_path}.tmp";
        File.Delete(unfinished);
        await File.WriteAllTextAsync(unfinished, page, cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(unfinished, ForAllToRead);
        }

        File.Move(unfinished, _path, overwrite: true);
    }
}
