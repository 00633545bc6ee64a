using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>The scripts among the examples: all are PowerShell, and those that this platform can run are run on a real cluster.</summary>
public sealed class ExampleScriptTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    // The assets as an Automation account would give them.
    private const string Assets = """
        function Get-AutomationPSCredential($Name) {
            $password = @{ 'etcd-root' = $env:T_PASSWORD; 'etcd-reader' = $env:T_READER }[$Name] ?? $(throw "no credential $Name")
            [pscredential]::new($Name.Split('-')[1], (ConvertTo-SecureString $password -AsPlainText -Force))
        }
        function Get-AutomationCertificate($Name) {
            if ($Name -ne 'etcd-client') { throw "no certificate $Name" }
            [Security.Cryptography.X509Certificates.X509Certificate2]::new((Join-Path $env:T_FOLDER 'client.pfx'), $env:T_PFX)
        }
        # The module is not installed here, but imported from where it was built.
        $env:PSModulePath = (Split-Path $env:ETCD_DEFRAG_MODULE) + [IO.Path]::PathSeparator + $env:PSModulePath
        $all = @{ Endpoint = $env:T_ENDPOINTS; CredentialName = 'etcd-root'; CertificateName = 'etcd-client'; CACertificatePath = (Join-Path $env:T_FOLDER 'ca.crt'); Rule = 'dbSizeFree > 1MiB'; PauseSeconds = 0 }

        """;

    private static readonly string Examples = Path.Combine(RepositoryFolder.Find(), "examples");

    [SkippableFact]
    public async Task Every_script_is_powershell_with_help_for_every_parameter()
    {
        var lines = await cluster.RunAsync(
            """
            Get-ChildItem $env:T_EXAMPLES -Recurse -Filter *.ps1 | ForEach-Object {
                $problems = $null
                $script = [Management.Automation.Language.Parser]::ParseFile($_.FullName, [ref] $null, [ref] $problems)
                $help = $script.GetHelpContent()
                $undocumented = $script.ParamBlock.Parameters.Name.VariablePath.UserPath | Where-Object { $_.ToUpperInvariant() -notin $help.Parameters.Keys }
                "$($_.Name): $($problems.Count) problems$($problems); undocumented: $undocumented"
            }
            """,
            ("T_EXAMPLES", Examples));

        Assert.Equal(
            [
                "Invoke-EtcdDefragRunbook.ps1: 0 problems; undocumented:",
                "Invoke-NightlyDefrag.ps1: 0 problems; undocumented:",
                "Register-EtcdDefragTask.ps1: 0 problems; undocumented:",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task The_runbook_defragments_with_the_accounts_assets_and_tells_no_secret()
    {
        var lines = await RunbookAsync("& $env:T_RUNBOOK @all -DryRun $true | ForEach-Object { \"plan: $($_.Action)\" }; & $env:T_RUNBOOK @all *>&1 | Format-List * -Force | Out-String -Width 4000 -Stream");

        Assert.Equal(["plan: Defragment", "plan: Defragment", "plan: Defragment"], lines.Where(l => l.StartsWith("plan: ", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Count(l => l.StartsWith("Outcome ", StringComparison.Ordinal) && l.EndsWith("Defragmented", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, l => cluster.Secrets.Any(s => l.Contains(s, StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_runbook_that_cannot_do_its_work_fails_and_says_why()
    {
        var lines = await RunbookAsync(
            """
            $all.CredentialName = 'etcd-reader'
            try { & $env:T_RUNBOOK @all; 'it went on' } catch { "failed: $_" }
            $all.CredentialName = 'other'
            try { & $env:T_RUNBOOK @all; 'it went on' } catch { "failed: $_" }
            """);

        Assert.DoesNotContain("it went on", lines);
        Assert.Contains("failed: no credential other", lines);
        Assert.Contains(lines, l => l.StartsWith("failed: ", StringComparison.Ordinal) && l.Contains("root role", StringComparison.Ordinal));
        Assert.True(lines.Count(l => l.StartsWith("failed: ", StringComparison.Ordinal)) == 2, string.Join('\n', lines));
    }

    [SkippableFact]
    public async Task The_nightly_script_ends_with_1_and_a_line_in_its_log_when_it_could_not_do_its_work()
    {
        var lines = await cluster.RunAsync(
            """
            $env:PSModulePath = (Split-Path $env:ETCD_DEFRAG_MODULE) + [IO.Path]::PathSeparator + $env:PSModulePath
            $log = Join-Path $env:T_FOLDER 'nightly.log'
            Invoke-Pwsh '-NoProfile', '-NonInteractive', '-File', $env:T_SCRIPT, '-Endpoint', '127.0.0.1:1', '-LogPath', $log
            "code: $LASTEXITCODE"
            Get-Content $log
            """,
            ("T_SCRIPT", Path.Combine(Examples, "windows", "Invoke-NightlyDefrag.ps1")));

        Assert.Equal("code: 1", lines[0]);
        Assert.Contains("127.0.0.1:1", string.Concat(lines[1..]), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_was_done_before_a_member_refused_is_in_the_nightly_scripts_log()
    {
        var lines = await RefuseAsync(
            """
            $log = Join-Path $env:T_FOLDER 'refused.log'
            Invoke-Pwsh '-NoProfile', '-NonInteractive', '-Command', "& '$env:T_SCRIPT' -Endpoint $env:T_PLAIN -Rule '$rule' -PauseSeconds 0 -LogPath '$log'; exit `$LASTEXITCODE" 2>$null
            "code: $LASTEXITCODE"
            Get-Content $log
            """,
            Path.Combine(Examples, "windows", "Invoke-NightlyDefrag.ps1"));

        // The script's own warnings come first.
        var all = string.Join('\n', lines);
        lines = [.. lines.SkipWhile(l => !l.StartsWith("code: ", StringComparison.Ordinal))];
        Assert.True(lines.Length >= 4, all);
        Assert.Equal("code: 1", lines[0]);
        Assert.Matches("^[^ ]+ http://[^ ]+ Defragmented, reclaimed [0-9]+ bytes", lines[1]);

        // On a busy machine the cluster may not settle in time before the second member, which ends the run all the same.
        Assert.Matches("^[^ ]+ http://[^ ]+ (Failed|NotAttempted)\\. ", lines[2]);
        Assert.Matches("^[^ ]+ http://[^ ]+ NotAttempted\\. ", lines[3]);
    }

    [SkippableFact]
    public async Task What_was_done_before_a_member_refused_is_in_the_runbooks_output()
    {
        var lines = await RefuseAsync(
            """
            try { & $env:T_SCRIPT -Endpoint $env:T_PLAIN -Rule $rule -PauseSeconds 0 2>$null | ForEach-Object { "$($_.Outcome)" } } catch { "failed: $_" }
            """,
            Path.Combine(Examples, "azure-automation", "Invoke-EtcdDefragRunbook.ps1"));

        Assert.Equal("Defragmented", lines[0]);
        Assert.Contains(lines[1], new[] { "Failed", "NotAttempted" });
        Assert.Equal("NotAttempted", lines[2]);
        Assert.Matches("^failed: Not done: http://[^ ]+ (Failed|NotAttempted)\\. .* http://[^ ]+ NotAttempted\\. ", lines[3]);
    }

    [SkippableFact]
    public async Task The_task_is_registered_with_the_files_of_a_cluster_with_tls()
    {
        var lines = await cluster.RunAsync(
            """
            # What Windows would do; here only what it is told counts.
            $env:ProgramData = Join-Path $env:T_FOLDER 'data'
            function icacls { $global:LASTEXITCODE = 0 }
            function Register-ScheduledTask($TaskName, $Xml, [switch] $Force) { "$TaskName $(([xml] $Xml).Task.Actions.Exec.Arguments)" }
            New-Item "it's.crt" | Out-Null
            & $env:T_SCRIPT -Endpoint https://10.0.0.1:2379, https://10.0.0.2:2379 -CACertificatePath ca.crt -CertificatePath "it's.crt" -KeyPath client.key
            """,
            ("T_SCRIPT", Path.Combine(Examples, "windows", "Register-EtcdDefragTask.ps1")));

        string PathOf(string name) => Path.Combine(cluster.Folder, name);
        Assert.Equal(
            $"EtcdDefrag -NoProfile -NonInteractive -Command \"& '{PathOf(Path.Combine("data", "EtcdDefrag", "Invoke-NightlyDefrag.ps1"))}' -Endpoint https://10.0.0.1:2379,https://10.0.0.2:2379"
            + $" -CACertificatePath '{PathOf("ca.crt")}' -CertificatePath '{PathOf("it''s.crt")}' -KeyPath '{PathOf("client.key")}'"
            + $" -LogPath '{PathOf(Path.Combine("data", "EtcdDefrag", "defrag.log"))}'; exit $LASTEXITCODE\"",
            string.Join('\n', lines));
        Assert.True(File.Exists(PathOf(Path.Combine("data", "EtcdDefrag", "Invoke-NightlyDefrag.ps1"))));
    }

    [SkippableFact]
    public async Task The_task_starts_a_PowerShell_that_its_user_can_start()
    {
        var lines = await cluster.RunAsync(
            """
            $env:ProgramData = Join-Path $env:T_FOLDER 'data'
            $env:ProgramFiles = Join-Path $env:T_FOLDER 'programs'
            function icacls { $global:LASTEXITCODE = 0 }
            function Register-ScheduledTask($TaskName, $Xml, [switch] $Force) { ([xml] $Xml).Task.Actions.Exec.Command }

            # What a user's alias and a PowerShell of the Store look like, with their files, and one that was unpacked somewhere.
            $places = 'u\AppData\Local\Microsoft\WindowsApps\pwsh.exe', 'programs\WindowsApps\Microsoft.PowerShell_7.6\pwsh.exe', 'tools\pwsh.exe' |
                ForEach-Object { "$env:T_FOLDER\$_" }
            $places | ForEach-Object { New-Item $_ -Force } | Out-Null
            function Get-Command { $places | ForEach-Object { [pscustomobject] @{ Source = $_ } } }
            $task = @{ Endpoint = '10.0.0.1:2379'; CertificateThumbprint = '0123456789ABCDEF0123456789ABCDEF01234567' }
            & $env:T_SCRIPT @task
            New-Item "$env:ProgramFiles\PowerShell\7\pwsh.exe" -Force | Out-Null
            & $env:T_SCRIPT @task
            Remove-Item "$env:ProgramFiles\PowerShell" -Recurse
            $places = $places[0..1]
            try { & $env:T_SCRIPT @task } catch { "$_" }
            """,
            ("T_SCRIPT", Path.Combine(Examples, "windows", "Register-EtcdDefragTask.ps1")));

        Assert.EndsWith(@"\tools\pwsh.exe", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(@"\PowerShell\7\pwsh.exe", lines[1], StringComparison.Ordinal);
        Assert.Contains("Install it for all users: winget install ", lines[2], StringComparison.Ordinal);
    }

    /// <summary>Runs a script on a cluster whose second member in the order of the plan refuses.</summary>
    private async Task<string[]> RefuseAsync(string call, string script)
    {
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Arguments = ["--unsafe-no-fsync"] });
        await sandbox.FillAsync(new EtcdFill(16));
        return await cluster.RunAsync(
            """
            $env:PSModulePath = (Split-Path $env:ETCD_DEFRAG_MODULE) + [IO.Path]::PathSeparator + $env:PSModulePath
            $WarningPreference = 'SilentlyContinue'
            $rule = 'dbSizeFree > 1MiB'

            # A defragmentation begins with a new file in this folder; a member that cannot make one refuses.
            $second = (Get-EtcdDefragPlan ($env:T_PLAIN -split ',') -Rule $rule | Sort-Object Order)[1].Name
            Rename-Item "$env:T_DATA/$second/member/snap" away

            """ + call,
            ("T_SCRIPT", script),
            ("T_DATA", Path.GetDirectoryName(sandbox.Members[0].DataFolder)!),
            ("T_PLAIN", string.Join(',', sandbox.Endpoints)));
    }

    private Task<string[]> RunbookAsync(string script) => cluster.RunAsync(
        Assets + script,
        ("T_RUNBOOK", Path.Combine(Examples, "azure-automation", "Invoke-EtcdDefragRunbook.ps1")),
        ("T_PASSWORD", SecureCluster.RootPassword),
        ("T_READER", SecureCluster.ReaderPassword),
        ("T_PFX", SecureCluster.PfxPassword));
}
