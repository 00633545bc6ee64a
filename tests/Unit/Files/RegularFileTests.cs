using System.Diagnostics;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Files;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Unit.Files;

/// <summary>Every file that somebody names is read within bounds, whatever stands at its path.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-files-").FullName;

    private string Pipe => Path.Combine(_folder, "pipe");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_read_up_to_its_bound()
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllBytes(path, [1, 2, 3]);

        Assert.Equal([1, 2, 3], RegularFile.Read(path, 3));
        Assert.Equal("it has more than 2 bytes, which is too much", Assert.Throws<IOException>(() => RegularFile.Read(path, 2)).Message);
    }

    [Fact]
    public void What_is_missing_or_a_folder_is_told_as_by_the_runtime()
    {
        Assert.Throws<FileNotFoundException>(() => RegularFile.Read(Path.Combine(_folder, "none"), 1));
        Assert.Throws<UnauthorizedAccessException>(() => RegularFile.Read(_folder, 1));
        Assert.Throws<ArgumentException>(() => RegularFile.Read("a\0b", 1));
    }

    [SkippableFact]
    public void A_path_below_a_file_leads_to_no_folder()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows tells the two apart in its own way.");
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        Assert.Throws<DirectoryNotFoundException>(() => RegularFile.Read(Path.Combine(_folder, "file", "below"), 1));
    }

    [SkippableFact]
    public void A_pipe_is_refused_without_waiting_for_a_writer()
    {
        MakePipe();

        Assert.Equal("it is not a regular file", Assert.Throws<IOException>(() => RegularFile.Read(Pipe, 10)).Message);
    }

    [SkippableFact]
    public void A_device_that_never_ends_stops_at_the_bound()
    {
        SkipOnWindows();

        Assert.Contains("more than 1048576 bytes", Assert.Throws<IOException>(() => RegularFile.Read("/dev/zero", 1 << 20)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("/dev/zero")]
    [InlineData("pipe")]
    public void Certificates_keys_and_passwords_are_read_by_it(string source)
    {
        MakePipe();
        var path = source == "pipe" ? Pipe : source;
        var problem = source == "pipe" ? "is not a regular file" : "which is too much";

        Assert.Contains(problem, Refused(new EtcdConnectionSettings { CACertificatePath = path }), StringComparison.Ordinal);
        Assert.Contains(problem, Refused(new EtcdConnectionSettings { CertificatePath = path, KeyPath = path }), StringComparison.Ordinal);
        Assert.Contains(problem, Assert.Throws<EtcdSettingException>(() => new MonitorConnection { UserName = "root", PasswordFile = path }.ToOptions()).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("/dev/zero", "which is too much")]
    [InlineData("pipe", "is not a regular file")]
    public async Task The_configuration_is_read_by_it(string source, string problem)
    {
        MakePipe();

        var reading = await new ConfigurationFile(source == "pipe" ? Pipe : source).ReadIfChangedAsync(TimeProvider.System, CancellationToken.None);

        Assert.Contains(problem, Assert.Single(reading!.Problems).Reason, StringComparison.Ordinal);
        Assert.False(reading.IsMissing);
    }

    private static string Refused(EtcdConnectionSettings settings) => Assert.Throws<EtcdSettingException>(() => settings.ToOptions(new())).Message;

    private static void SkipOnWindows() => Skip.If(OperatingSystem.IsWindows(), "There are no such files on Windows.");

    private void MakePipe()
    {
        SkipOnWindows();
        using var made = Process.Start("mkfifo", [Pipe]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
