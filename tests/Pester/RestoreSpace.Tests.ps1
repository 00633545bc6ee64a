# Restore-EtcdSpace on a real cluster. What fills a cluster for real is in the integration tests.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 8
    $endpoints = $cluster.Endpoints
    # The leader comes last, whatever is armed.
    $members = Get-EtcdMemberStatus $endpoints | Sort-Object IsLeader, Name

    function Set-Alarm {
        param([string] $MemberId, [string] $Alarm = 'NOSPACE', [string] $Action = 'ACTIVATE')

        $body = @{ action = $Action; memberID = "$([Convert]::ToUInt64($MemberId, 16))"; alarm = $Alarm } | ConvertTo-Json
        $null = Invoke-RestMethod "$($endpoints[0])/v3/maintenance/alarm" -Method Post -Body $body
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Restore-EtcdSpace' {
    AfterEach {
        Get-EtcdAlarm $endpoints[0] | ForEach-Object { Set-Alarm $_.MemberId ($_.AlarmType -eq 'Corrupt' ? 'CORRUPT' : 'NOSPACE') DEACTIVATE }
    }

    It 'has nothing to do where no alarm is armed, and proves that writes are taken' {
        $result = $members[0] | Restore-EtcdSpace
        "$($result.Outcome)", $result.TakesWrites, $result.Members.Count | Should -Be 'NothingToDo', $true, 0
    }

    It 'shows the plan with -WhatIf and changes nothing' {
        Set-Alarm $members[1].MemberId
        $revision = (Get-EtcdMemberStatus $endpoints[0]).Revision
        Restore-EtcdSpace $endpoints[0] -WhatIf -SnapshotPath (Join-Path $TestDrive 'none.db') | Should -BeNullOrEmpty
        (Get-EtcdAlarm $endpoints[0]).MemberId | Should -Be $members[1].MemberId
        (Get-EtcdMemberStatus $endpoints[0]).Revision | Should -Be $revision
        Get-ChildItem $TestDrive | Should -BeNullOrEmpty
    }

    It 'saves, defragments every member, clears the alarm and leaves no key behind' {
        Set-Alarm $members[1].MemberId
        $path = Join-Path $TestDrive 'before.db'
        $result = Restore-EtcdSpace $endpoints[0] -SnapshotPath $path -WarningAction SilentlyContinue
        "$($result.Outcome)", $result.TakesWrites | Should -Be 'Recovered', $true
        $result.ArmedBefore, $result.ArmedAfter.Count | Should -Be $members[1].MemberId, 0
        $result.Members.Outcome | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
        $result.Members[0].MemberId | Should -Be $members[1].MemberId
        $result.DbSizeAfter | Should -BeLessThan $result.DbSizeBefore
        (Get-EtcdSnapshotStatus $path).IsDamaged | Should -BeFalse
        $range = @{ key = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('etcd-defrag/write-check')) } | ConvertTo-Json
        (Invoke-RestMethod "$($endpoints[0])/v3/kv/range" -Method Post -Body $range).kvs | Should -BeNullOrEmpty
        $result | Out-String | Should -Match 'Recovered\s+True'
    }

    It 'changes nothing where the snapshot cannot be saved' {
        Set-Alarm $members[1].MemberId
        $result = Restore-EtcdSpace $endpoints[0] -SnapshotPath (Join-Path $TestDrive 'nowhere/it.db') -ErrorVariable failed -ErrorAction SilentlyContinue
        "$($result.Outcome)", $result.Members.Count | Should -Be 'Failed', 0
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'SpaceNotRecovered,*'
        (Get-EtcdAlarm $endpoints[0]).MemberId | Should -Be $members[1].MemberId
    }

    It 'refuses while CORRUPT is armed beside it' {
        Set-Alarm $members[1].MemberId
        Set-Alarm $members[2].MemberId CORRUPT
        $result = Restore-EtcdSpace $endpoints[0] -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        "$($result.Outcome)", $result.Members.Count | Should -Be 'Refused', 0
        "$failed" | Should -BeLike '*CORRUPT*'
        @(Get-EtcdAlarm $endpoints[0]).Count | Should -Be 2
    }
}
