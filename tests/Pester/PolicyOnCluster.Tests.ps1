# A real cluster of which one member alone is fragmented, and a preset that finds it. The blocks follow each other.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 192
    $e = $cluster.Endpoints[0]
    $statuses = Get-EtcdMemberStatus -Endpoint $e -Cluster
    $fragmented = $statuses | Where-Object IsLeader -EQ $false | Select-Object -First 1
    $statuses | Where-Object Endpoint -NE $fragmented.Endpoint | Invoke-EtcdDefrag | Out-Null
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'One fragmented member of three' {
    It 'is the only one that the preset plans, and the others say why they are left alone' {
        $plan = Get-EtcdMemberStatus -Endpoint $e -Cluster | Get-EtcdDefragPlan -Policy OpenShift
        $plan.Count | Should -Be 3
        ($plan | Where-Object Action -EQ 'Defragment').Endpoint | Should -Be $fragmented.Endpoint
        $plan | Where-Object Action -EQ 'Skip' | ForEach-Object { $_.Reason | Should -BeLike 'OpenShift: *less than*' }
    }

    It 'is the only one that -WhatIf shows' {
        $shown = Invoke-FreshPowerShell "Get-EtcdMemberStatus -Endpoint $e -Cluster | Invoke-EtcdDefrag -Policy OpenShift -WhatIf"
        $whatIf = @($shown | Where-Object { $_ -like 'What if: *' })
        $whatIf.Count | Should -Be 1
        $whatIf[0] | Should -BeLike "*$($fragmented.Endpoint)*"
    }

    It 'is the only one that the run touches' {
        $results = Get-EtcdMemberStatus -Endpoint $e -Cluster | Invoke-EtcdDefrag -Policy OpenShift
        ($results | Where-Object Outcome -EQ 'Defragmented').Endpoint | Should -Be $fragmented.Endpoint
        @($results | Where-Object Outcome -EQ 'Skipped').Count | Should -Be 2
        ($results | Where-Object Outcome -EQ 'Defragmented').BytesReclaimed | Should -BeGreaterThan 50MB
    }

    It 'is then no different from the others' {
        $plan = Get-EtcdMemberStatus -Endpoint $e -Cluster | Get-EtcdDefragPlan -Policy OpenShift
        $plan.Action | Should -Be @('Skip', 'Skip', 'Skip')
    }
}
