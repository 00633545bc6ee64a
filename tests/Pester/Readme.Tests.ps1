# The session in README.md, as a reader would paste it.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 16
    $readme = Get-Content (Join-Path $RepositoryRoot 'README.md') -Raw
    $blocks = [regex]::Matches($readme, '(?ms)^```powershell\r?\n(.*?)^```') | ForEach-Object { $_.Groups[1].Value }
    $session = ($blocks -join "`n") -replace "(?m)^Import-Module .*$", '' -replace "(?m)^\`$e = .*$", "`$e = '$($cluster.Endpoints[0])'"
    $output = & ([scriptblock]::Create($session)) 2>&1
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'The session in README.md' {
    It 'has blocks to run' {
        $blocks.Count | Should -BeGreaterOrEqual 4
        $session | Should -BeLike '*Invoke-EtcdDefrag*'
    }

    It 'runs without an error' {
        $output | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
    }

    It 'shows three members, the leader last' {
        $statuses = @($output | Where-Object { $_.GetType().Name -eq 'EtcdMemberStatus' })
        $statuses.IsLeader | Should -Be @($false, $false, $true)
    }

    It 'defragments three members, the leader last' {
        $results = @($output | Where-Object { $_.GetType().Name -eq 'EtcdDefragResult' })
        $results.Outcome | Should -Be @('Defragmented', 'Defragmented', 'Defragmented')
        $results.IsLeader | Should -Be @($false, $false, $true)
    }
}
