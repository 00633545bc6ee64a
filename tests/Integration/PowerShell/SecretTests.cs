namespace EtcdDefrag.Integration.PowerShell;

/// <summary>Passwords, tokens and keys are in no stream, error, view or serialisation, whether all goes well or not.</summary>
public sealed class SecretTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    private const string Everything = """
        $DebugPreference = $VerbosePreference = $InformationPreference = 'Continue'
        $ErrorActionPreference = 'Continue'
        function Credential($name, $password) { [pscredential]::new($name, (ConvertTo-SecureString $password -AsPlainText -Force)) }
        $pfx = @{ CertificatePath = 'client.pfx'; CertificatePassword = (ConvertTo-SecureString $env:T_PFX -AsPlainText -Force) }
        & {
            $connection = New-EtcdConnection $env:T_ENDPOINTS -CACertificatePath ca.crt @pfx -Credential (Credential root $env:T_ROOT)
            $statuses = Get-EtcdMemberStatus -Connection $connection
            $health = Test-EtcdClusterHealth -Connection $connection
            $plan = Get-EtcdDefragPlan -Connection $connection -Cluster
            $results = Invoke-EtcdDefrag -Connection $connection -Cluster
            foreach ($output in $connection, $statuses, $health, $plan, $results) {
                $output | Format-List * -Force | Out-String -Width 4000
                "$output"
                $output | ConvertTo-Json -Depth 8 -WarningAction Ignore
                [Management.Automation.PSSerializer]::Serialize($output, 8)
            }

            'ended: ' + ($results.Outcome -join ' ')
            Get-EtcdMemberStatus $env:T_ENDPOINTS -CACertificatePath ca.crt @pfx -Credential (Credential root ($env:T_ROOT + 'x'))
            Invoke-EtcdDefrag $env:T_ENDPOINTS -CACertificatePath ca.crt @pfx -Credential (Credential reader $env:T_READER)
            Get-EtcdMemberStatus $env:T_ENDPOINTS @pfx -Credential (Credential root $env:T_ROOT)
            Get-EtcdMemberStatus $env:T_ENDPOINTS -CACertificatePath ca.crt -Credential (Credential root $env:T_ROOT)
            Get-EtcdMemberStatus 127.0.0.1:1 -Credential (Credential root $env:T_ROOT)
            Get-EtcdMemberStatus "https://root:$env:T_ROOT@127.0.0.1:1"
            Get-EtcdMemberStatus "https://root:$env:T_ROOT,x@127.0.0.1:1"
            Get-EtcdMemberStatus "https://root:$env:T_ROOT", "x@127.0.0.1:1"
            $env:ETCDCTL_ENDPOINTS = "https://root:$env:T_ROOT,x@127.0.0.1:1"
            Get-EtcdMemberStatus -CACertificatePath ca.crt
            $env:ETCDCTL_ENDPOINTS = '127.0.0.1:1'
            ($env:ETCDCTL_USER, $env:ETCDCTL_PASSWORD) = "root:$env:T_ROOT", $env:T_READER
            try { Get-EtcdMemberStatus } catch { $_ }
            $env:ETCDCTL_ENDPOINTS = $env:ETCDCTL_USER = $env:ETCDCTL_PASSWORD = $null
            try { New-EtcdConnection -CertificatePath client.crt -KeyPath ca.crt } catch { $_ }
            try { New-EtcdConnection -CertificatePath client.pfx -CertificatePassword (ConvertTo-SecureString ($env:T_PFX + 'x') -AsPlainText -Force) } catch { $_ }
        } *>&1 | Out-String -Width 4000 -Stream
        $Error | Format-List * -Force | Out-String -Width 4000
        $Error | ForEach-Object { "$($_.Exception)"; "$($_.TargetObject)" }
        'errors: ' + $Error.Count
        """;

    [SkippableFact]
    public async Task No_secret_is_in_anything_that_the_cmdlets_say()
    {
        var lines = await cluster.RunAsync(
            Everything, ("T_ROOT", SecureCluster.RootPassword), ("T_READER", SecureCluster.ReaderPassword), ("T_PFX", SecureCluster.PfxPassword));

        // What it is about did happen.
        Assert.True(lines.Contains("ended: Defragmented Defragmented Defragmented"), string.Join('\n', lines));
        Assert.Contains(lines, l => l.Contains("invalid user ID or password", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("does not have the root role", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("wants a client certificate", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("Endpoints 'https://***@127.0.0.1:1' from ETCDCTL_ENDPOINTS.", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("a password follows the name", StringComparison.Ordinal));
        Assert.True(lines.Length > 200, string.Join('\n', lines));
        foreach (var secret in cluster.Secrets)
        {
            Assert.DoesNotContain(lines, l => l.Contains(secret, StringComparison.Ordinal));
        }
    }
}
