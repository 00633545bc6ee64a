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
    [InlineData("etcd-defrag --cluster --defrag-rule dbQ", "dbQuota dbQuotaUsage")]
    public async Task Bash_completes_commands_flags_and_values(string line, string completions)
    {
        var words = line.Split(' ');
        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"source <(etcd-defrag completion bash); COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({line}); COMP_CWORD={words.Length - 1}; _etcd_defrag; echo \"${{COMPREPLY[*]}}\""));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(completions, string.Join(' ', result.Output));
    }

    [Fact]
    public async Task Bash_completes_the_files_that_fit_and_folders()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["certs"]);
        foreach (var file in (string[])["ca.crt", "ca.txt", "client.pem"])
        {
            await File.WriteAllTextAsync(folder[file], "");
        }

        async Task<string> CompleteAsync(string flag, string typed)
        {
            var line = $"etcd-defrag {flag} {typed}";
            var result = await Command.RunProgramAsync(Command.StartInShell(
                $"cd '{folder.Path}'; source <(etcd-defrag completion bash); COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=(etcd-defrag {flag} '{typed}'); COMP_CWORD=2; _etcd_defrag; printf '%s\\n' \"${{COMPREPLY[@]}}\" | sort"));
            return string.Join(' ', result.Output);
        }

        Assert.Equal("ca.crt certs client.pem", await CompleteAsync("--cacert", "c"));
        Assert.Equal("certs client.pem", await CompleteAsync("--key", ""));
    }

    [Theory]
    [InlineData("etcd-defrag --keepalive-t", "--keepalive-time|--keepalive-timeout", "How often a waiting connection")]
    [InlineData("etcd-defrag --policy O", "OpenShift", "at least 45% fragmented")]
    [InlineData("etcd-defrag --defrag-rule 'dbSize > 1M && isLea", "'dbSize > 1M && isLeader'|'dbSize > 1M && isLearner'", "leads its cluster")]
    [InlineData("etcd-defrag --cacert ./c", "./ca.crt", "ca.crt")]
    [InlineData("etcd-defrag --cacert=./c", "--cacert=./ca.crt", "ca.crt")]
    public async Task PowerShell_completes_and_describes(string line, string completions, string described)
    {
        var pwsh = await PowerShellHost.FindAsync();
        var script = (await InProcessCommand.RunAsync("completion", "powershell")).Output;
        using var folder = new TemporaryFolder();
        var program = folder.AddScript("bin", "etcd-defrag", $"exec {Command.ShellWords} \"$@\"");
        await File.WriteAllTextAsync(folder["ca.crt"], "");
        await File.WriteAllTextAsync(folder["ca.txt"], "");
        var quoted = line.Replace("'", "''", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(folder["complete.ps1"],
        [
            .. script,
            $"Set-Location '{folder.Path}'; $env:PATH = '{Path.GetDirectoryName(program)}:' + $env:PATH",
            $"$found = (TabExpansion2 '{quoted}' {line.Length}).CompletionMatches; $found.CompletionText -join '|'; $found.ToolTip -join '|'",
        ]);

        var (_, output) = await pwsh.RunAsync($"& '{folder["complete.ps1"]}'", new Dictionary<string, string>(StringComparer.Ordinal), TimeSpan.FromMinutes(1));

        var lines = output.ReplaceLineEndings("\n").Trim().Split('\n');
        Assert.Equal(completions, lines[0].Replace('\\', '/'));
        Assert.Contains(described, lines[1], StringComparison.Ordinal);
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
    [InlineData("etcd-defrag --clus", "--cluster\tUse all endpoints from the cluster's member list")]
    [InlineData("etcd-defrag status -w ta", "table\ta table with a frame")]
    [InlineData("etcd-defrag --cacert ./ca.c", "./ca.crt")]
    public async Task Fish_completes_too(string line, string completions)
    {
        await SkipWithoutAsync("fish");
        using var folder = new TemporaryFolder();
        var program = folder.AddScript("bin", "etcd-defrag", $"exec {Command.ShellWords} \"$@\"");
        await File.WriteAllTextAsync(folder["ca.crt"], "");
        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"cd '{folder.Path}'; export PATH='{Path.GetDirectoryName(program)}':\"$PATH\"; fish --no-config -c 'etcd-defrag completion fish | source; complete -C \"{line}\"'"));

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
