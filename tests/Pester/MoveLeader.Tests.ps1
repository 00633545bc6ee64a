# Move-EtcdLeader on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster
    $endpoints = $cluster.Endpoints

    function Get-Leader {
        Get-EtcdMemberStatus $endpoints | Where-Object IsLeader
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Move-EtcdLeader' {
    It 'moves leadership to another voter, and says who led and who leads' {
        $before = Get-Leader
        $move = Move-EtcdLeader $endpoints[0]
        $after = Get-Leader
        $after.MemberId | Should -Not -Be $before.MemberId
        $move.WasMoved | Should -BeTrue
        $move.LeaderId, $move.Name, $move.Endpoint | Should -Be $after.MemberId, $after.Name, $after.Endpoint
        $move.PreviousLeaderId, $move.PreviousName | Should -Be $before.MemberId, $before.Name
    }

    It 'moves it to the member named by its <Kind>' -ForEach @(
        @{ Kind = 'name'; Property = 'Name' }
        @{ Kind = 'id'; Property = 'MemberId' }
        @{ Kind = 'address'; Property = 'Endpoint' }
    ) {
        $follower = Get-EtcdMemberStatus $endpoints | Where-Object IsLeader -EQ $false | Select-Object -First 1
        (Move-EtcdLeader $endpoints[0] -To $follower.$Property).LeaderId | Should -Be $follower.MemberId
        (Get-Leader).MemberId | Should -Be $follower.MemberId
    }

    It 'does nothing where the member leads already' {
        $leader = Get-Leader
        $move = Move-EtcdLeader $endpoints[0] -To $leader.Name -Confirm:$false
        $move.WasMoved | Should -BeFalse
        $move.LeaderId | Should -Be $leader.MemberId
    }

    It 'takes statuses from the pipeline, and passes their cluster on' {
        $move = Get-EtcdMemberStatus $endpoints | Move-EtcdLeader
        @($move).Count | Should -Be 1
        (@($move) | Get-EtcdMemberStatus).IsLeader | Should -BeTrue
    }

    It 'moves nothing with -WhatIf' {
        $leader = Get-Leader
        Move-EtcdLeader $endpoints[0] -WhatIf | Should -BeNullOrEmpty
        (Get-Leader).MemberId | Should -Be $leader.MemberId
    }

    It 'names the members where it is given one that is not there' {
        Move-EtcdLeader $endpoints[0] -To m9 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LeaderNotMoved,*'
        "$($failed[0])" | Should -BeLike "'m9' is no member of this cluster; its members are *m1*"
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'says so where nobody answers' {
        Move-EtcdLeader 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$($failed[0])" | Should -BeLike 'http://127.0.0.1:1 cannot be reached: *'
        $failed[0].TargetObject | Should -Be 'http://127.0.0.1:1'
    }
}

Describe 'Completion' {
    BeforeAll {
        $session = New-InnerPowerShell
        $null = $session.AddCommand('Get-EtcdMemberStatus').AddParameter('Endpoint', $endpoints).Invoke()

        function Complete($Line) {
            $session.Commands.Clear()
            $session.AddCommand('TabExpansion2').AddParameter('inputScript', $Line).AddParameter('cursorColumn', $Line.Length).Invoke().CompletionMatches
        }
    }

    AfterAll {
        $session.Dispose()
    }

    It 'knows the members that the session has seen, by address and by name' {
        # In a session of its own: this one has seen the clusters of other tests too.
        $complete = 'function Complete($Line) { (TabExpansion2 $Line -cursorColumn $Line.Length).CompletionMatches }; '
        $seen = "`$null = Get-EtcdMemberStatus $($endpoints -join ','); "
        Invoke-FreshPowerShell ($complete + $seen + "(Complete 'Get-EtcdMemberStatus -Endpoint ').CompletionText") | Should -Be ($endpoints | Sort-Object)
        Invoke-FreshPowerShell ($complete + $seen + "(Complete 'Move-EtcdLeader -To ').CompletionText") | Sort-Object | Should -Be 'm1', 'm2', 'm3'
        Invoke-FreshPowerShell ($complete + $seen + "(Complete 'Move-EtcdLeader -To m2').ToolTip") |
            Should -Be (Get-EtcdMemberStatus $endpoints).Where({ $_.Name -eq 'm2' }).Endpoint
    }

    It 'knows the endpoints of the environment' {
        $env:ETCDCTL_ENDPOINTS = 'https://etcd-7.example:2379,https://etcd-8.example:2379'
        try {
            (Complete 'Get-EtcdMemberStatus etcd-8').CompletionText | Should -Be 'https://etcd-8.example:2379'
        }
        finally {
            $env:ETCDCTL_ENDPOINTS = $null
        }
    }

    It 'completes the last name in a rule' {
        (Complete "Get-EtcdDefragPlan -Rule 'dbSizeFree > 100M and isLe").CompletionText | Should -Be "'dbSizeFree > 100M and isLeader'", "'dbSizeFree > 100M and isLearner'"
        (Complete 'New-EtcdDefragPolicy -Rule fragm').ListItemText | Should -Be 'fragmentedRatio'
        (Complete 'New-EtcdDefragPolicy -Rule db_').ListItemText | Should -Contain 'db_size_in_use'
        (Complete 'New-EtcdDefragPolicy -Rule db').ListItemText | Should -Be 'dbSize', 'dbSizeInUse', 'dbSizeFree', 'dbQuota', 'dbQuotaUsage'
    }

    It 'explains each name with its unit, and each preset with its thresholds' {
        (Complete 'New-EtcdDefragPolicy -Rule dbSizeF').ToolTip | Should -Be 'dbSizeFree: dbSize - dbSizeInUse (bytes)'
        (Complete 'Get-EtcdDefragPlan -Policy Bal').ToolTip | Should -BeLike 'at least 45% fragmented or 80% of the quota used, and at least 100 MiB reclaimable. Source: *'
        (Complete 'Get-EtcdDefragPlan -Policy Upstream').ToolTip | Should -BeLike 'dbSizeInUse / dbSize < 0.5 && dbSizeInUse > 100MiB. Source: *'
    }

    It 'offers for -Member the members that the session has seen, and asks nobody for it' {
        (Complete 'Clear-EtcdAlarm -Member ').ListItemText | Sort-Object | Should -Be 'm1', 'm2', 'm3'
        $never = 'http://127.0.0.1:1'
        (Complete "Clear-EtcdAlarm $never -Member m").ListItemText | Sort-Object | Should -Be 'm1', 'm2', 'm3'
        (Complete 'Clear-EtcdAlarm -Member m2').ToolTip | Should -Be (Get-EtcdMemberStatus $endpoints).Where({ $_.Name -eq 'm2' }).Endpoint
    }

    It 'completes the names of presets' {
        (Complete 'Get-EtcdDefragPlan -Policy Open').CompletionText | Should -Be 'OpenShift'
    }

    It 'keeps sessions in one process apart' {
        $shell = New-InnerPowerShell
        $shell.AddScript("(TabExpansion2 'Move-EtcdLeader -To m' -cursorColumn 20).CompletionMatches.Where({ `$_.ResultType -eq 'ParameterValue' }).CompletionText").Invoke() | Should -BeNullOrEmpty
        $shell.Dispose()
    }
}
