using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Unit.Maintenance;

/// <summary>Where a snapshot can be kept, by the rules of each system.</summary>
public sealed class SnapshotTargetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-defrag-");

    private string Existing => Path.Combine(_folder.FullName, "etcd.db");

    public SnapshotTargetTests() => File.WriteAllText(Existing, "precious");

    public void Dispose()
    {
        File.SetAttributes(Existing, FileAttributes.Normal);
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(@"C:\none\x.db.", @"C:\none\x.db")]
    [InlineData(@"C:\none\x.db . ", @"C:\none\x.db")]
    [InlineData("C:/none/x.db", "C:/none/x.db")]
    public void Windows_drops_points_and_spaces_at_the_end_of_a_name(string path, string real)
    {
        Assert.Equal(real, SnapshotTarget.Find(path, overwrite: false, isWindows: true));
        Assert.Equal(path, SnapshotTarget.Find(path, overwrite: false, isWindows: false));
    }

    [Theory]
    [InlineData(@"C:\none\x.db:stream")]
    [InlineData("C:/none/2026-01-01T03:00.db")]
    public void A_colon_in_a_name_is_a_stream_on_Windows_alone(string path)
    {
        var refused = Assert.Throws<MaintenanceException>(() => SnapshotTarget.Find(path, overwrite: true, isWindows: true));

        Assert.Contains("names a stream within a file", refused.Message, StringComparison.Ordinal);
        Assert.Equal(path, SnapshotTarget.Find(path, overwrite: true, isWindows: false));
    }

    [Theory]
    [InlineData(@"C:\none\nul", true)]
    [InlineData("C:/none/Com1.db", true)]
    [InlineData(@"C:\none\lpt9 .db", true)]
    [InlineData(@"C:\none\com.db", false)]
    [InlineData(@"C:\none\nullable.db", false)]
    public void Names_of_devices_are_refused_on_Windows_alone(string path, bool isDevice)
    {
        var refused = Record.Exception(() => SnapshotTarget.Find(path, overwrite: true, isWindows: true));

        Assert.Equal(isDevice, refused is MaintenanceException { Message: var message } && message.Contains("names a device", StringComparison.Ordinal));
        Assert.Equal(path, SnapshotTarget.Find(path, overwrite: true, isWindows: false));
    }

    [Fact]
    public void A_file_that_is_read_only_cannot_be_replaced_on_Windows()
    {
        File.SetAttributes(Existing, FileAttributes.ReadOnly);

        var refused = Assert.Throws<MaintenanceException>(() => SnapshotTarget.Find(Existing, overwrite: true, isWindows: true));
        Assert.Equal($"'{Existing}' is read-only.", refused.Message);
        Assert.Equal(Existing, SnapshotTarget.Find(Existing, overwrite: true, isWindows: false));
    }

    [Fact]
    public void A_file_that_somebody_has_open_cannot_be_replaced_on_Windows()
    {
        using (new FileStream(Existing, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            var refused = Assert.Throws<MaintenanceException>(() => SnapshotTarget.Find(Existing, overwrite: true, isWindows: true));
            Assert.StartsWith($"'{Existing}' cannot be replaced: ", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(Existing, SnapshotTarget.Find(Existing, overwrite: true, isWindows: true));
        Assert.Equal("precious", File.ReadAllText(Existing));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Folders_and_files_that_are_there_are_refused_everywhere(bool isWindows)
    {
        Assert.Throws<MaintenanceException>(() => SnapshotTarget.Find(_folder.FullName, overwrite: true, isWindows));
        Assert.Throws<MaintenanceException>(() => SnapshotTarget.Find(Existing, overwrite: false, isWindows));
    }
}
