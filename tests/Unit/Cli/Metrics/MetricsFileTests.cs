using EtcdDefrag.Cli.Monitoring.Metrics;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Cli.Metrics;

/// <summary>A file that is replaced while others read it.</summary>
public sealed class MetricsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-defrag-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Where_readers_block_it_is_tried_again()
    {
        var attempts = 0;

        await MetricsFile.TryAgainAsync(
            () => ++attempts < 5 ? throw new UnauthorizedAccessException() : Task.CompletedTask, readersBlock: true, new FakeTime(), default);

        Assert.Equal(5, attempts);
    }

    [Fact]
    public async Task After_two_seconds_the_failure_is_the_callers()
    {
        var time = new FakeTime();
        var start = time.GetTimestamp();

        await Assert.ThrowsAsync<IOException>(() =>
            MetricsFile.TryAgainAsync(() => throw new IOException("in use"), readersBlock: true, time, default));

        Assert.InRange(time.GetElapsedTime(start), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5));
    }

    [Theory]
    [InlineData(false, typeof(UnauthorizedAccessException))]
    [InlineData(true, typeof(DirectoryNotFoundException))]
    public async Task What_does_not_pass_by_itself_is_not_tried_again(bool readersBlock, Type failure)
    {
        var attempts = 0;

        await Assert.ThrowsAsync(failure, () => MetricsFile.TryAgainAsync(
            () => ++attempts > 0 ? throw (Exception)Activator.CreateInstance(failure)! : Task.CompletedTask, readersBlock, new FakeTime(), default));

        Assert.Equal(1, attempts);
    }

    [SkippableFact]
    public async Task On_Windows_a_reader_only_delays_it()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "Only Windows keeps a file from being replaced while it is read.");
        var path = Path.Combine(_folder.FullName, "etcd.prom");
        var file = new MetricsFile(path, TimeProvider.System);
        await file.WriteAsync("old", default);
        Task writing;
        await using (var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            writing = file.WriteAsync("new", default);
            Assert.Equal(3, reader.Length);
            Assert.False(writing.IsCompletedSuccessfully);
        }

        await writing;
        Assert.Equal("new", await File.ReadAllTextAsync(path));
    }
}
