# What refuses a run, and what -Force passes. The blocks follow each other; the last one arms an alarm that stays.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -Members 1 -FillMiB 8
    $endpoint = $cluster.Endpoints[0]
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'A cluster of one member' {
    It 'is refused, in words' {
        $before = (Get-EtcdMemberStatus $endpoint).DbSize
        $result = Invoke-EtcdDefrag $endpoint -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Outcome | Should -Be 'NotAttempted'
        $result.Reason | Should -BeLike '*one voter*'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -Be 'SmallCluster,EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
        $failed[0].TargetObject | Should -Be $endpoint
        "$($failed[0])" | Should -BeLike '*one voter*'
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*-AllowSmallCluster*'
        (Get-EtcdMemberStatus $endpoint).DbSize | Should -Be $before
    }

    It 'is refused with -WhatIf as well: a dry run does not lie' {
        { Invoke-EtcdDefrag $endpoint -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'SmallCluster,*'
    }

    It 'with -Force -WhatIf shows the step, and no hand-over that cannot be' {
        $shown = Invoke-FreshPowerShell "Invoke-EtcdDefrag $endpoint -Force -MoveLeader -WhatIf" | Where-Object { $_ -like 'What if: *' }
        @($shown).Count | Should -Be 1
        $shown | Should -BeLike "*$endpoint (m1, leader)*"
        $shown | Should -Not -BeLike '*leadership*'
    }

    It 'is planned, and the plan says at once that a run would be refused, and why' {
        $plan = Get-EtcdDefragPlan $endpoint -ErrorVariable failed -ErrorAction SilentlyContinue
        $plan.Endpoint | Should -Be $endpoint
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -Be 'SmallCluster,EtcdDefrag.PowerShell.Commands.GetEtcdDefragPlanCommand'
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*-AllowSmallCluster*'
        Get-EtcdDefragPlan $endpoint -AllowSmallCluster -ErrorAction Stop | Should -Not -BeNullOrEmpty
        $null = Get-EtcdDefragPlan $endpoint -Force -ErrorAction Stop -WarningVariable warned
        @($warned | Where-Object { $_ -like '*one voter*' }).Count | Should -Be 1
    }

    It 'is planned with a warning beside the error of a member that does not answer' {
        $plan = Get-EtcdDefragPlan $endpoint, http://127.0.0.1:1 -AllowSmallCluster -ErrorVariable failed -ErrorAction SilentlyContinue -WarningVariable warned
        @($plan).Count | Should -Be 1
        @($failed).FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
        @($warned | Where-Object { $_ -like '*would be refused (VoterUnreachable)*' }).Count | Should -Be 1
    }

    It 'is consented to by -AllowSmallCluster, which passes no other guard' {
        $before = (Get-EtcdMemberStatus $endpoint).DbSize
        Invoke-EtcdDefrag $endpoint -AllowSmallCluster -WhatIf -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        (Get-EtcdMemberStatus $endpoint).DbSize | Should -Be $before
        { Invoke-EtcdDefrag $endpoint, 'http://127.0.0.1:1' -AllowSmallCluster -ErrorAction Stop } | Should -Throw -ErrorId 'VoterUnreachable,*'
    }

    It 'is defragmented with -Force, which warns' {
        $result = Invoke-EtcdDefrag $endpoint -Force -MoveLeader -WarningVariable warned -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $result.Outcome | Should -Be 'Defragmented'
        $result.LeaderMovedTo | Should -BeNullOrEmpty
        $result.BytesReclaimed | Should -BeGreaterThan 0
        @($warned | Where-Object { $_ -like 'Overridden by -Force (--force): *one voter*' }).Count | Should -Be 1
    }

    It 'still asks where -Confirm is given: -Force answers no question' {
        (Invoke-FreshPowerShell "Invoke-EtcdDefrag $endpoint -Force -Confirm 2>&1 | Out-String -Width 500") -join ' ' | Should -BeLike '*NonInteractive*'
    }
}

Describe 'An address where nobody is' {
    It 'has a result and an error of its own with -Force' {
        $result = Invoke-EtcdDefrag http://127.0.0.1:1 -Force -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $result.Outcome, $result.WasUnreachable, $result.Endpoint | Should -Be 'NotAttempted', $true, 'http://127.0.0.1:1'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'MemberNotReached,*'
        $failed[0].CategoryInfo.Category | Should -Be 'ConnectionError'
    }
}

Describe 'A cluster with the CORRUPT alarm' {
    BeforeAll {
        $alarm = @{ action = 'ACTIVATE'; memberID = 0; alarm = 'CORRUPT' } | ConvertTo-Json
        $null = Invoke-RestMethod "$endpoint/v3/maintenance/alarm" -Method Post -Body $alarm
    }

    It 'is planned with the same refusal' {
        { Get-EtcdDefragPlan $endpoint -Force -ErrorAction Stop } | Should -Throw -ErrorId 'CorruptAlarm,*'
    }

    It 'is refused, -Force or not' -ForEach @{ Force = $false }, @{ Force = $true } {
        $before = (Get-EtcdMemberStatus $endpoint).DbSize
        $result = Invoke-EtcdDefrag $endpoint -Force:$Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Outcome | Should -Be 'NotAttempted'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'CorruptAlarm,*'
        $failed[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeLike '*-Force*'
        (Get-EtcdMemberStatus $endpoint).DbSize | Should -Be $before
    }
}
