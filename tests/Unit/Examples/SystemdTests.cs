using System.ComponentModel;
using System.Diagnostics;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Examples;

/// <summary>systemd takes the units.</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-test-").FullName;

    [SkippableFact]
    public async Task Systemd_finds_nothing_wrong_with_the_units()
    {
        // The verifier wants the program to be there; which program it is does not matter to it.
        foreach (var unit in Directory.GetFiles(Repository.PathOf("examples", "systemd")))
        {
            var text = await File.ReadAllTextAsync(unit);
            await File.WriteAllTextAsync(Path.Combine(_folder, Path.GetFileName(unit)), text.Replace("/usr/local/bin/etcd-defrag", "/bin/sh", StringComparison.Ordinal));
        }

        var (code, output) = await VerifyAsync(Directory.GetFiles(_folder));
        Assert.Equal((0, ""), (code, output));

        var broken = Path.Combine(_folder, "broken.service");
        await File.WriteAllTextAsync(broken, "[Service]\nType=sometimes\nExecStart=/bin/sh\n");
        Assert.Contains("sometimes", (await VerifyAsync([broken])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd-defrag-monitor.service", "Type=notify")]
    [InlineData("etcd-defrag-monitor.service", "WatchdogSec=")]
    [InlineData("etcd-defrag.service", "Type=oneshot")]
    public void The_units_are_of_the_kind_that_is_promised(string unit, string line) =>
        Assert.Contains(File.ReadAllLines(Repository.PathOf("examples", "systemd", unit)), l => l.StartsWith(line, StringComparison.Ordinal));

    [Theory]
    [InlineData("etcd-defrag-monitor.service")]
    [InlineData("etcd-defrag.service")]
    public void The_units_are_hardened(string unit)
    {
        var lines = File.ReadAllLines(Repository.PathOf("examples", "systemd", unit));
        string[] wanted = ["DynamicUser=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"];
        Assert.Empty(wanted.Except(lines));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Output)> VerifyAsync(string[] units)
    {
        var start = new ProcessStartInfo("systemd-analyze", ["verify", .. units]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output + await error);
        }
        catch (Win32Exception none)
        {
            throw new SkipException("There is no systemd-analyze here to verify the units.", none);
        }
    }
}
