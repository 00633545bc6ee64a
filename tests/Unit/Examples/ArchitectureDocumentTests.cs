using System.Text.RegularExpressions;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Examples;

/// <summary>docs/architecture.md names files and folders: they are there, and no room of Core is forgotten.</summary>
public sealed partial class ArchitectureDocumentTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("docs", "architecture.md"));

    [Fact]
    public void Every_file_and_folder_that_it_names_is_there()
    {
        var named = Named().Matches(Text).Select(m => m.Groups["path"].Value).Distinct().ToArray();

        Assert.True(named.Length > 30, string.Join(", ", named));
        Assert.All(named, path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
    }

    [Fact]
    public void It_names_every_room_of_Core()
    {
        string[] rooms = [.. Directory.GetDirectories(Repository.PathOf("src", "EtcdDefrag.Core")).Select(d => Path.GetFileName(d)!).Except(["bin", "obj", "Files"])];

        Assert.All(rooms, room => Assert.Contains($"| `src/EtcdDefrag.Core/{room}` |", Text, StringComparison.Ordinal));
    }

    [GeneratedRegex("`(?<path>(src|docs|tests)/[A-Za-z0-9_./-]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Named();
}
