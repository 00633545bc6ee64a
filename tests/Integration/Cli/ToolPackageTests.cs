using System.Diagnostics;
using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Cli;

public sealed class ToolPackageTests
{
    [Fact]
    public async Task The_command_is_installed_as_a_dotnet_tool_from_a_local_folder()
    {
        using var folder = new TemporaryFolder();
        var project = Path.Combine(RepositoryFolder.Find(), "src", "EtcdDefrag.Cli");
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
        // A node that MSBuild keeps for the next build holds the pipe that is read to its end here, for a quarter of an hour.
        await DotnetAsync("pack", project, "--no-build", "--configuration", configuration, "--output", folder["packages"], "--nologo", "-nodeReuse:false");

        // Nothing but the folder: a feed of the machine's may know a package of this name too.
        await File.WriteAllTextAsync(
            folder["nuget.config"], $"<configuration><packageSources><clear /><add key=\"local\" value=\"{folder["packages"]}\" /></packageSources></configuration>");
        await DotnetAsync("tool", "install", "etcd-defrag", "--tool-path", folder["tools"], "--configfile", folder["nuget.config"]);
        var result = await Command.RunProgramAsync(Start(folder["tools", OperatingSystem.IsWindows() ? "etcd-defrag.exe" : "etcd-defrag"], ["--version"]));

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("etcd-defrag Version: ", result.Output[0], StringComparison.Ordinal);
    }

    private static async Task DotnetAsync(params string[] arguments)
    {
        var result = await Command.RunProgramAsync(Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments));
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!;
}
