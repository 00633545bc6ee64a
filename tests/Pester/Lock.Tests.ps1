# Two runs on one cluster. The cluster is small, so that it is the lock in etcd that keeps them apart, and the pause that lets them meet.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster
    $endpoints = $cluster.Endpoints

    # Says "ready", waits for a line on standard input, then tells each result and each error in a line.
    $run = @"
        'ready'
        `$null = [Console]::In.ReadLine()
        Invoke-EtcdDefrag $($endpoints -join ',') -PauseSeconds 2 -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue |
            ForEach-Object { "`$(`$_.Outcome)" }
        `$failed | ForEach-Object { "`$(`$_.FullyQualifiedErrorId)" }
"@
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Two runs started together in two processes' {
    It 'exactly one runs, and the other says why not' {
        $processes = 1..2 | ForEach-Object { Start-FreshPowerShell $run }
        try {
            $processes | ForEach-Object { $_.StandardOutput.ReadLine() | Should -Be 'ready' }
            $processes | ForEach-Object { $_.StandardInput.Close() }
            $outputs = $processes | ForEach-Object { $_.StandardOutput.ReadToEnd().Trim() -replace '\s+', ' ' }
        }
        finally {
            $processes | ForEach-Object { $_.Kill($true); $_.Dispose() }
        }

        $outputs | Sort-Object | Should -Be @(
            'Defragmented Defragmented Defragmented'
            'NotAttempted NotAttempted NotAttempted RunLock,EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand'
        )
    }
}

Describe 'While another process is running' {
    BeforeAll {
        $other = Start-FreshPowerShell $run
        $null = $other.StandardOutput.ReadLine()
        $other.StandardInput.Close()
        $first = $other.StandardOutput.ReadLine()
        $results = Invoke-EtcdDefrag $endpoints -ErrorVariable failed -ErrorAction SilentlyContinue
        $unlocked = Invoke-EtcdDefrag $endpoints[0] -NoLock -ErrorVariable unlockedFailed
        $rest = $other.StandardOutput.ReadToEnd().Trim() -split '\s+'
        $other.WaitForExit()
    }

    AfterAll {
        $other.Dispose()
    }

    It 'a run is refused, and the error names the owner' {
        $first | Should -Be 'Defragmented'
        $results.Outcome | Should -Be 'NotAttempted', 'NotAttempted', 'NotAttempted'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'RunLock,*'
        $failed[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
        "$($failed[0])" | Should -BeLike "*process $($other.Id) on *"
        $failed[0].TargetObject | Should -Be ($endpoints -join ',')
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*-NoLock*'
    }

    It 'one with -NoLock runs' {
        $unlockedFailed | Should -BeNullOrEmpty
        $unlocked.Outcome | Should -Be 'Defragmented'
    }

    It 'the other comes to its end undisturbed' {
        $rest | Should -Be 'Defragmented', 'Defragmented'
    }

    It 'and afterwards the lock is free again' {
        Invoke-EtcdDefrag $endpoints[0] -ErrorVariable afterwards | ForEach-Object Outcome | Should -Be 'Defragmented'
        $afterwards | Should -BeNullOrEmpty
    }
}

Describe 'A cluster that takes no keys, since NOSPACE is armed' {
    BeforeAll {
        $id = "$([Convert]::ToUInt64((Get-EtcdMemberStatus $endpoints[0]).MemberId, 16))"
        $alarm = @{ action = 'ACTIVATE'; memberID = $id; alarm = 'NOSPACE' } | ConvertTo-Json
        $null = Invoke-RestMethod "$($endpoints[0])/v3/maintenance/alarm" -Method Post -Body $alarm
        $results = Invoke-EtcdDefrag $endpoints -WarningVariable warned -ErrorVariable failed
    }

    It 'is defragmented by the keys that an earlier run has put, and the alarm is warned of' {
        $failed | Should -BeNullOrEmpty
        $results.Outcome | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
        @($warned | Where-Object { $_ -like 'NOSPACE is armed for member*' }).Count | Should -Be 1
    }

    It 'refuses a run where those keys are gone' {
        $range = @{ key = 'etcd-defrag/nospace/'; range_end = 'etcd-defrag/nospace0' }
        $body = @{ key = $null; range_end = $null }
        @($range.Keys).ForEach{ $body[$_] = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($range[$_])) }
        (Invoke-RestMethod "$($endpoints[0])/v3/kv/deleterange" -Method Post -Body ($body | ConvertTo-Json)).deleted | Should -Be 30
        $next = Invoke-EtcdDefrag $endpoints -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $next.Outcome | Should -Be 'NotAttempted', 'NotAttempted', 'NotAttempted'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'RunLock,*'
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*-NoLock*'
    }

    It 'is defragmented and cleared with -NoLock and -AutoDisarm, and takes the lock again after that' {
        $cleared = Invoke-EtcdDefrag $endpoints -NoLock -AutoDisarm -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $cleared.Outcome | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
        Get-EtcdAlarm $endpoints[0] | Should -BeNullOrEmpty
        $next = Invoke-EtcdDefrag $endpoints[0] -AutoDisarm -Verbose 4>&1
        $next.Outcome | Should -Contain 'Defragmented'
        $next | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message | Should -Contain 'No NOSPACE alarm is armed.'
    }
}
