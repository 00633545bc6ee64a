# Members of two clusters in one pipeline: each cluster is judged and worked on by itself.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $clusters = @(Start-TestCluster; Start-TestCluster)
    $statuses = Get-EtcdMemberStatus $clusters.Endpoints
}

AfterAll {
    $clusters | ForEach-Object { Stop-TestCluster $_ }
}

Describe 'Statuses of two clusters' {
    It 'are shown together' {
        $statuses.Count | Should -Be 6
        ($statuses.ClusterId | Sort-Object -Unique).Count | Should -Be 2
    }

    It 'give a verdict a cluster, and one word for all' {
        $health = $statuses | Test-EtcdClusterHealth
        $health.ClusterId | Should -Be ($statuses.ClusterId | Select-Object -Unique)
        $health.VoterCount | Should -Be 3, 3
        $statuses | Test-EtcdClusterHealth -Quiet | Should -BeExactly $true
    }

    It 'are defragmented one cluster after the other, each leader last' {
        $mixed = $statuses[0, 3, 1, 4, 2, 5]
        $results = $mixed | Invoke-EtcdDefrag -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $results.IsLeader | Should -Be $false, $false, $true, $false, $false, $true
        $order = $results | ForEach-Object { $id = $_.MemberId; $statuses.Where({ $_.MemberId -eq $id }).ClusterId }
        $order[0..2] | Sort-Object -Unique | Should -Be $statuses[0].ClusterId
        $order[3..5] | Sort-Object -Unique | Should -Be $statuses[3].ClusterId
    }
}

Describe 'Endpoints of two clusters, named as one' {
    It 'are refused, and nothing is defragmented' {
        $results = Invoke-EtcdDefrag $clusters.Endpoints -ErrorVariable failed -ErrorAction SilentlyContinue
        $results | ForEach-Object { $_.Outcome | Should -Be 'NotAttempted' }
        $failed.Count | Should -Be 1
        "$($failed[0])" | Should -BeLike '*different clusters*'
    }
}
