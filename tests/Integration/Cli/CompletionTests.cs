using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Cli;

public sealed class CompletionTests
{
    [SkippableTheory]
    [InlineData("etcd-defrag --keep", "--keepalive-time --keepalive-timeout")]
    [InlineData("etcd-defrag --policy O", "OpenShift")]
    [InlineData("etcd-defrag status -w ta", "table")]
    [InlineData("etcd-defrag comp", "compact completion")]
    public async Task Bash_completes_commands_flags_and_values(string line, string completions)
    {
        var words = line.Split(' ');
        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"source <(etcd-defrag completion bash); COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({line}); COMP_CWORD={words.Length - 1}; _etcd_defrag; echo \"${{COMPREPLY[*]}}\""));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(completions, string.Join(' ', result.Output));
    }

    [Fact]
    public async Task PowerShell_completes_too()
    {
        var pwsh = await PowerShellHost.FindAsync();
        var script = (await InProcessCommand.RunAsync("completion", "powershell")).Output;
        using var folder = new TemporaryFolder();
        var program = folder.AddScript("bin", "etcd-defrag", $"exec {Command.ShellWords} \"$@\"");
        await File.WriteAllLinesAsync(folder["complete.ps1"], [.. script, $"$env:PATH = '{Path.GetDirectoryName(program)}:' + $env:PATH", "(TabExpansion2 'etcd-defrag --keepalive-t' 25).CompletionMatches.CompletionText"]);

        var (_, output) = await pwsh.RunAsync($"& '{folder["complete.ps1"]}'", new Dictionary<string, string>(StringComparer.Ordinal), TimeSpan.FromMinutes(1));

        Assert.Equal("--keepalive-time\n--keepalive-timeout", output.ReplaceLineEndings("\n").Trim());
    }

    [SkippableTheory]
    [InlineData("etcd-defrag --keepalive-t", "--keepalive-time --keepalive-timeout")]
    [InlineData("etcd-defrag status -w ta", "table")]
    public async Task Zsh_completes_too(string line, string completions)
    {
        await SkipWithoutAsync("zsh");
        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"compdef() {{ :; }}; compadd() {{ print -r -- \"${{(@P)@[-1]}}\"; }}; source <(etcd-defrag completion zsh); words=({line}); CURRENT=${{#words}}; _etcd_defrag", "zsh"));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(completions, string.Join(' ', result.Output));
    }

    [SkippableTheory]
    [InlineData("etcd-defrag --keepalive-t", "--keepalive-time --keepalive-timeout")]
    [InlineData("etcd-defrag status -w ta", "table")]
    public async Task Fish_completes_too(string line, string completions)
    {
        await SkipWithoutAsync("fish");
        using var folder = new TemporaryFolder();
        var program = folder.AddScript("bin", "etcd-defrag", $"exec {Command.ShellWords} \"$@\"");
        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"export PATH='{Path.GetDirectoryName(program)}':\"$PATH\"; fish --no-config -c 'etcd-defrag completion fish | source; complete -C \"{line}\"'"));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(completions, string.Join(' ', result.Output));
    }

    private static async Task SkipWithoutAsync(string shell)
    {
        var found = await Command.RunProgramAsync(Command.StartInShell($"command -v {shell}"));
        Skip.If(found.ExitCode != 0, $"There is no {shell} here.");
    }

    [Theory]
    [InlineData("zsh", "compdef _etcd_defrag etcd-defrag")]
    [InlineData("fish", "complete -c etcd-defrag")]
    public async Task The_other_shells_have_theirs(string shell, string line)
    {
        var result = await InProcessCommand.RunAsync("completion", shell);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.Output, l => l.StartsWith(line, StringComparison.Ordinal));
        Assert.Contains(result.Output, l => l.Contains("[suggest:", StringComparison.Ordinal));
    }
}
