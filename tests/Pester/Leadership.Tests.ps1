# -MoveLeader on a real cluster. The blocks follow each other.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 16
    $endpoints = $cluster.Endpoints

    function Get-Leader {
        Get-EtcdMemberStatus $endpoints | Where-Object IsLeader
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Invoke-EtcdDefrag -MoveLeader -WhatIf' {
    It 'tells of the hand-over at the leader alone, and moves nothing' {
        $leader = Get-Leader
        $shown = Invoke-FreshPowerShell "Invoke-EtcdDefrag $($endpoints[0]) -Cluster -MoveLeader -WhatIf" | Where-Object { $_ -like 'What if: *' }
        $shown.Count | Should -Be 3
        $shown[2] | Should -BeLike "*pause, after handing leadership over* on target *$($leader.Endpoint) *leader*"
        $shown[0, 1] | Should -Not -BeLike '*leader*'
        (Get-Leader).MemberId | Should -Be $leader.MemberId
    }

    It 'does not tell of it where it was not asked for' {
        Invoke-FreshPowerShell "Invoke-EtcdDefrag $($endpoints[0]) -Cluster -WhatIf" | Should -Not -BeLike '*leadership*'
    }
}

Describe 'Invoke-EtcdDefrag -MoveLeader' {
    BeforeAll {
        $old = Get-Leader
        $results = Invoke-EtcdDefrag $endpoints -MoveLeader -InformationVariable said -ErrorVariable failed
        $new = Get-Leader
    }

    It 'defragments every member, the one that led last' {
        $failed | Should -BeNullOrEmpty
        $results.Outcome | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
        $results[2].MemberId | Should -Be $old.MemberId
        $results | ForEach-Object { $_.DbSizeAfter | Should -BeLessThan $_.DbSizeBefore }
    }

    It 'has another leader afterwards, who had its own turn before' {
        $new.MemberId | Should -Not -Be $old.MemberId
        $results[0, 1].MemberId | Should -Contain $new.MemberId
    }

    It 'defragments nobody as the leader' {
        $results.IsLeader | Should -Be $false, $false, $false
    }

    It 'says in the result of the old leader to whom leadership went' {
        $results[2].LeaderMovedTo | Should -Be $new.MemberId
        $results[0, 1].LeaderMovedTo | Should -Be '', ''
        $results[2] | Format-List | Out-String | Should -BeLike "*LeaderMovedTo*: $($new.MemberId)*"
    }

    It 'tells it in the information stream, before the member''s own turn' {
        $said.Count | Should -Be 4
        "$($said[2])" | Should -BeLike "$($old.Endpoint) ($($old.Name), leader) handed leadership over to $($new.Endpoint) ($($new.Name))."
        "$($said[3])" | Should -BeLike "Defragmented $($old.Endpoint) ($($old.Name)) in *"
    }
}

Describe 'The leader alone, with -MoveLeader' {
    It 'hands over to a member that has no turn' {
        $old = Get-Leader
        $result = $old | Invoke-EtcdDefrag -MoveLeader
        @($result).Count | Should -Be 1
        $result.Outcome | Should -Be 'Defragmented'
        $result.LeaderMovedTo | Should -Be (Get-Leader).MemberId
        $result.LeaderMovedTo | Should -Not -Be $old.MemberId
    }
}
