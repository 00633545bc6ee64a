namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A file for the textfile collector of Prometheus' node_exporter. It is written beside its place and moved there, so that a reader
/// sees the old one or the new one and never a part.
/// </summary>
internal sealed class MetricsFile
{
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
        var unfinished = $"{_path}.tmp";
        await File.WriteAllTextAsync(unfinished, page, cancellationToken).ConfigureAwait(false);
        File.Move(unfinished, _path, overwrite: true);
    }
}
