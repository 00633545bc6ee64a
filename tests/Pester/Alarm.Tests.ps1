# Get-EtcdAlarm and Clear-EtcdAlarm on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 8
    $endpoints = $cluster.Endpoints
    $members = Get-EtcdMemberStatus $endpoints | Sort-Object Name

    function Set-Alarm {
        param([string] $MemberId, [string] $Alarm = 'NOSPACE', [string] $Action = 'ACTIVATE')

        $body = @{ action = $Action; memberID = "$([Convert]::ToUInt64($MemberId, 16))"; alarm = $Alarm } | ConvertTo-Json
        $null = Invoke-RestMethod "$($endpoints[0])/v3/maintenance/alarm" -Method Post -Body $body
    }

    function Clear-All {
        Get-EtcdAlarm $endpoints[0] | ForEach-Object { Set-Alarm $_.MemberId ($_.AlarmType -eq 'Corrupt' ? 'CORRUPT' : 'NOSPACE') DEACTIVATE }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Get-EtcdAlarm' {
    AfterEach {
        Clear-All
    }

    It 'gives nothing where no alarm is armed' {
        Get-EtcdAlarm $endpoints[0] -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'names the member, whichever one is asked, and says it once' {
        Set-Alarm $members[1].MemberId
        $alarm = @(Get-EtcdAlarm $endpoints)
        $alarm.Count | Should -Be 1
        $alarm[0].AlarmType, $alarm[0].MemberId, $alarm[0].Name | Should -Be 'NoSpace', $members[1].MemberId, $members[1].Name
        (Get-EtcdAlarm ($endpoints -ne $members[1].Endpoint)[0]).Endpoint | Should -Be $members[1].Endpoint
    }

    It 'shows the alarm by etcd''s name in its table' {
        Set-Alarm $members[0].MemberId
        Get-EtcdAlarm $endpoints[0] | Out-String | Should -Match "$($members[0].Name)\s+NOSPACE"
    }

    It 'writes an error for a member that cannot be asked' {
        Get-EtcdAlarm 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
    }
}

Describe 'Clear-EtcdAlarm' {
    AfterEach {
        Clear-All
    }

    It 'clears the alarm of the member named by its <Kind>, and no other' -ForEach @(
        @{ Kind = 'name'; Property = 'Name' }
        @{ Kind = 'id'; Property = 'MemberId' }
    ) {
        Set-Alarm $members[0].MemberId
        Set-Alarm $members[1].MemberId
        $result = Clear-EtcdAlarm $endpoints[2] -Member $members[0].$Property
        $result.WasDisarmed, $result.MemberId, $result.Name | Should -Be $true, $members[0].MemberId, $members[0].Name
        (Get-EtcdAlarm $endpoints[0]).MemberId | Should -Be $members[1].MemberId
    }

    It 'takes what <From> gives' -ForEach @(
        @{ From = 'Get-EtcdAlarm'; Get = { Get-EtcdAlarm $endpoints[0] } }
        @{ From = 'Get-EtcdMemberStatus'; Get = { Get-EtcdMemberStatus $endpoints | Where-Object Alarms -Contains NoSpace } }
    ) {
        Set-Alarm $members[0].MemberId
        Set-Alarm $members[2].MemberId
        @(& $Get | Clear-EtcdAlarm).WasDisarmed | Should -Be $true, $true
        Get-EtcdAlarm $endpoints[0] | Should -BeNullOrEmpty
    }

    It 'clears that of a member that was removed' {
        Set-Alarm dead
        (Get-EtcdAlarm $endpoints[0] | Clear-EtcdAlarm).WasDisarmed | Should -BeTrue
    }

    It 'changes nothing with -WhatIf' {
        Set-Alarm $members[0].MemberId
        Get-EtcdAlarm $endpoints[0] | Clear-EtcdAlarm -WhatIf | Should -BeNullOrEmpty
        @(Get-EtcdAlarm $endpoints[0]).Count | Should -Be 1
    }

    It 'leaves an alarm that etcd would raise again, but for -Force' {
        Set-Alarm $members[0].MemberId
        $clear = @{ Endpoint = $endpoints[0]; Member = $members[0].Name; MaxQuotaUsagePercentage = 0.1 }
        Clear-EtcdAlarm @clear -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'NoSpaceLeft,*'
        "$($failed[0])" | Should -BeLike '*of its quota, and 0.001 is the limit*'
        @(Get-EtcdAlarm $endpoints[0]).Count | Should -Be 1
        (Clear-EtcdAlarm @clear -Force).WasDisarmed | Should -BeTrue
    }

    It 'never clears CORRUPT, and says that it stays' {
        Set-Alarm $members[0].MemberId CORRUPT
        $result = Clear-EtcdAlarm $endpoints[0] -Member $members[0].Name -WarningVariable warned -WarningAction SilentlyContinue
        $result.WasDisarmed | Should -BeFalse
        "$warned" | Should -BeLike "*CORRUPT alarm of $($members[0].Name)*"
        (Get-EtcdAlarm $endpoints[0]).AlarmType | Should -Be 'Corrupt'
    }

    It 'names a member that is none' {
        Clear-EtcdAlarm $endpoints[0] -Member m9 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId, $failed[0].TargetObject | Should -Be 'NoSuchMember,EtcdDefrag.PowerShell.Commands.ClearEtcdAlarmCommand', 'm9'
    }

    It 'clears nothing where one of several names is none' {
        Set-Alarm $members[0].MemberId
        Clear-EtcdAlarm $endpoints[0] -Member $members[0].Name, m9 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        @($failed).FullyQualifiedErrorId | Should -BeLike 'NoSuchMember,*'
        @(Get-EtcdAlarm $endpoints[0]).Count | Should -Be 1
    }
}
