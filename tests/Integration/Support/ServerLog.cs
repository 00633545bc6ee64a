using System.Text.Json;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support;

/// <summary>What the members themselves wrote down: the witness that does not depend on this project's own word.</summary>
internal static class ServerLog
{
    /// <summary>The names of the members that were defragmented, in the order in which they began, once for every time.</summary>
    /// <param name="sandbox">The cluster.</param>
    /// <param name="since">From when on; from the beginning by default.</param>
    public static IReadOnlyList<string> Defragmentations(EtcdSandbox sandbox, DateTimeOffset since = default) =>
        [.. sandbox.Members.SelectMany(m => Times(m, "starting defragment", since).Select(t => (t, m.Name))).Order().Select(d => d.Name)];

    /// <summary>Whether no two members were ever at it at the same time.</summary>
    public static bool WereOneAfterTheOther(EtcdSandbox sandbox, DateTimeOffset since = default)
    {
        var spans = sandbox.Members
            .SelectMany(m => Times(m, "starting defragment", since).Zip(Times(m, "finished defragment", since)))
            .OrderBy(s => s.First)
            .ToArray();
        return spans.Zip(spans.Skip(1)).All(pair => pair.First.Second <= pair.Second.First);
    }

    private static DateTimeOffset[] Times(EtcdSandboxMember member, string message, DateTimeOffset since) =>
        [.. ReadLines(member.LogFile).Where(l => l.Contains($"\"msg\":\"{message}\"", StringComparison.Ordinal)).Select(TimeOf).Where(t => t >= since)];

    private static DateTimeOffset TimeOf(string line)
    {
        using var entry = JsonDocument.Parse(line);
        return entry.RootElement.GetProperty("ts").GetDateTimeOffset();
    }

    private static List<string> ReadLines(string file)
    {
        // etcd holds the file open for writing.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
