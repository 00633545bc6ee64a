namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>What a member's etcd has written.</summary>
internal sealed record MemberLog(string File)
{
    // As many as etcd's help takes, which it prints after the line that says what is wrong with a flag.
    private const int LinesShown = 25;

    /// <summary>Whether etcd could not start because another process has one of its ports.</summary>
    public bool NamesPortTaken => Array.Exists(ReadLines(), line =>
        line.Contains("address already in use", StringComparison.Ordinal)
        || line.Contains("Only one usage of each socket address", StringComparison.Ordinal));

    /// <summary>The end of the log as the end of a message.</summary>
    public string Describe()
    {
        var lines = ReadLines();
        return lines.Length == 0
            ? " Its log is empty."
            : $" The end of its log:{string.Concat(lines.TakeLast(LinesShown).Select(line => $"{Environment.NewLine}  {line}"))}";
    }

    private string[] ReadLines()
    {
        if (!System.IO.File.Exists(File))
        {
            return [];
        }

        // etcd may still be writing it.
        using var file = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
