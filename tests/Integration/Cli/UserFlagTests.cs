using EtcdDefrag.Integration.Support;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

public sealed class UserFlagTests
{
    private const string Secret = "s3cret:with-colon";

    [SkippableFact]
    [ShowsFlag("user", "password")]
    public async Task A_user_is_let_in_by_every_way_of_giving_the_password()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await sandbox.EnableAuthenticationAsync(Secret);
        string[] cluster = ["--endpoints", sandbox.Endpoints[0], "--cluster"];

        var nobody = await Command.RunAsync(cluster);
        Assert.Equal(2, nobody.ExitCode);
        Assert.Contains(nobody.Error, l => l.Contains("Refused (NotPermitted)", StringComparison.Ordinal));

        CommandResult[] results =
        [
            await Command.RunAsync([.. cluster, "--user", $"root:{Secret}"]),
            await Command.RunAsync([.. cluster, "--user=root", $"--password={Secret}"]),
            await Command.RunAsync(new Dictionary<string, string> { ["ETCDCTL_USER"] = "root", ["ETCDCTL_PASSWORD"] = Secret }, cluster),
            await InProcessCommand.RunAsync(new Around { AskSecret = q => q == "Password for root: " ? Secret : null }, [.. cluster, "--user", "root", "--debug"]),
        ];

        Assert.All(results, r => Assert.True(r.ExitCode == 0, r.ToString()));
        Assert.All(results, r => Assert.DoesNotContain(Secret, r.ToString(), StringComparison.Ordinal));
        Assert.Equal(12, ServerLog.Defragmentations(sandbox).Count);
    }

    [Theory]
    [InlineData("The password of user 'root' is not known, and there is no terminal to ask at.", "--user", "root")]
    [InlineData("--password belongs to a user; give --user as well.", "--password", "x")]
    [InlineData("its name is empty", "--user", ":x")]
    public async Task A_user_who_cannot_be_is_refused_before_anything_is_sent(string problem, params string[] flags)
    {
        var result = await Command.RunAsync(["--endpoints", "127.0.0.1:1", .. flags]);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains(problem, StringComparison.Ordinal));
    }

    [SkippableFact]
    [ShowsFlag("user")]
    public async Task At_a_terminal_the_password_is_asked_for_and_nothing_of_it_is_shown()
    {
        Skip.IfNot(File.Exists("/usr/bin/script"), "Only util-linux' script gives a test a terminal.");
        using var process = Command.StartAtTerminal("status --endpoints 127.0.0.1:1 --user root");
        var shown = new char[512];
        var length = 0;
        while (!new string(shown, 0, length).Contains("Password for root: ", StringComparison.Ordinal))
        {
            var read = await process.StandardOutput.ReadAsync(shown.AsMemory(length));
            Assert.True(read > 0, $"It ended instead of asking: {new string(shown, 0, length)}");
            length += read;
        }

        await process.StandardInput.WriteAsync($"{Secret}\r");
        await process.StandardInput.FlushAsync();
        var rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("127.0.0.1:1 cannot be reached", rest, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, rest, StringComparison.Ordinal);
    }
}
