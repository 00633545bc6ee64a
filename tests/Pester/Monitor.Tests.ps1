# Start-EtcdDefragMonitor: the control loop in a pipeline, on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    . "$PSScriptRoot/Support/Monitor.ps1"
    $cluster = Start-TestCluster -FillMiB 16
    $endpoints = $cluster.Endpoints
    $policy = New-EtcdDefragPolicy -MaxFragmentedPercentage 45 -MinDbSize 1MB
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'By -WhatIf' {
    BeforeAll {
        $before = Get-EtcdMemberStatus $endpoints
        $events = Start-EtcdDefragMonitor $endpoints[0] -Policy $policy -DefragOnStartup -CheckInterval 00:00:05 -WhatIf | Read-UntilEvent RoundSucceeded
    }

    It 'says of every member that it is due, and defragments none' {
        $judged = $events | Where-Object Event -EQ MemberJudged
        $judged.Count | Should -Be 3
        $judged.IsDue | Should -Not -Contain $false
        ($events | Where-Object Event -EQ RoundStarted).Message | Should -BeLike '*dry run*'
        $events[-1].Defragmented | Should -Be 0
        $events[-1].Due | Should -Be 3
        ($events | Where-Object Event -EQ DefragmentationStarted) | Should -BeNullOrEmpty
        (Get-EtcdMemberStatus $endpoints).DbSize | Sort-Object | Should -Be ($before.DbSize | Sort-Object)
    }
}

Describe 'By -Confirm that nobody answers' {
    It 'does not begin' {
        $seen = Invoke-FreshPowerShell "Start-EtcdDefragMonitor $($endpoints[0]) -DefragOnStartup -Confirm"
        $seen -join "`n" | Should -Match 'NonInteractive'
        $seen | Should -Not -Match 'RoundStarted'
    }
}

Describe 'By parameters' {
    BeforeAll {
        $parameters = @{ Endpoint = $endpoints[0]; Policy = $policy; DefragOnStartup = $true; CheckInterval = '00:00:02'; PauseSeconds = 0 }
        $events = Start-EtcdDefragMonitor @parameters -ErrorVariable failed -WarningVariable warned | Read-UntilEvent NothingToDo
    }

    It 'defragments on startup, leader last, and finds nothing to do an interval later' {
        $finished = $events | Where-Object { $_.Event -eq 'StepFinished' -and $_.Outcome -eq 'Defragmented' }
        $finished.Count | Should -Be 3
        $finished.DbSizeAfter | ForEach-Object { $_ | Should -BeLessThan $finished[0].DbSizeBefore }
        ($events | Where-Object Event -EQ RoundSucceeded).BytesReclaimed | Should -Be ($finished | Measure-Object BytesReclaimed -Sum).Sum
        $leader = Get-EtcdMemberStatus $endpoints | Where-Object IsLeader
        $finished[-1].MemberId | Should -Be $leader.MemberId
        $failed | Should -BeNullOrEmpty
    }

    It 'warns of a risk once, however many rounds see it' {
        ($warned.Message | Group-Object | Where-Object Count -GT 1) | Should -BeNullOrEmpty
    }

    It 'gives events that go through Export-Csv, ConvertTo-Json and a job' {
        $csv = $events | ConvertTo-Csv | ConvertFrom-Csv
        $csv.Count | Should -Be $events.Count
        ($csv | Where-Object Event -EQ RoundSucceeded).BytesReclaimed | Should -Be ($events | Where-Object Event -EQ RoundSucceeded).BytesReclaimed
        ($events[-1] | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json).Level | Should -Be 'Information'
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($events[-1]))
        $back.Message | Should -Be $events[-1].Message
    }

    It 'shows them as a table and as a list' {
        ($events[-1] | Format-Table | Out-String -Width 200) | Should -Match 'At\s+Cluster\s+Event\s+Message'
        $list = $events | Where-Object Event -EQ RoundSucceeded | Format-List | Out-String
        $list | Should -Match 'BytesReclaimed : .*MiB \(\d+ bytes\)'
        $list | Should -Not -Match 'Endpoint'
    }
}

Describe 'A cluster that is not there' {
    It 'is borne for the budget as warnings, then told as an error, and the loop goes on' {
        $parameters = @{ Endpoint = '127.0.0.1:1'; DefragOnStartup = $false; CheckInterval = '00:00:01'; FailureBudget = 2 }
        $events = Start-EtcdDefragMonitor @parameters -ErrorVariable failed -ErrorAction SilentlyContinue -WarningVariable warned |
            Read-UntilEvent RoundFailed -Count 3
        ($events | Where-Object Event -EQ RoundFailed).Failures | Should -Be 1, 2, 3
        ($events | Where-Object Event -EQ RoundFailed).Level | Should -Be Warning, Warning, Error
        ($events | Where-Object Event -EQ ClusterDegraded).Count | Should -Be 1
        ($warned -like '*The check failed*').Count | Should -Be 2
        # The third error is written after its object, which ended the pipeline.
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'MonitorClusterDegraded,*'
        $failed[0].CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'By a file' {
    BeforeAll {
        $file = Join-Path $TestDrive 'monitor.json'
    }

    It 'tells every problem of a bad one with file, line and reason, and asks nobody' {
        Set-Content $file "{`n  `"endpoints`": [`"$($endpoints[0])`"],`n  `"checkIntervall`": `"5s`",`n  `"failureBudget`": 0`n}"
        $problem = { Start-EtcdDefragMonitor -ConfigurationPath $file } | Should -Throw -PassThru -ErrorId 'InvalidMonitorConfiguration,*'
        "$problem" | Should -BeLike "*$($file):3: checkIntervall: no such key; did you mean checkInterval?*"
        "$problem" | Should -BeLike "*$($file):4: failureBudget: *"
        $problem.TargetObject | Should -Be $file
    }

    It 'says that it is not there' {
        { Start-EtcdDefragMonitor -ConfigurationPath (Join-Path $TestDrive 'none.json') } | Should -Throw -ErrorId 'InvalidMonitorConfiguration,*'
    }

    It 'refuses a path that is not a file''s' {
        { Start-EtcdDefragMonitor -ConfigurationPath Env:\PATH } | Should -Throw -ErrorId 'NotAFile,*' -ExpectedMessage "-ConfigurationPath 'Env:\PATH' is not a path of the file system."
    }

    It 'resolves the path as PowerShell does' {
        Set-Content $file "{ `"endpoints`": [`"$($endpoints[0])`"] }"
        $first = Start-EtcdDefragMonitor -ConfigurationPath TestDrive:/monitor.json | Select-Object -First 1
        $first.Event | Should -Be 'ConfigurationInForce'
        $first.File | Should -Be $file
    }

    It 'warns of parameters that do not count beside it' {
        $null = Start-EtcdDefragMonitor $endpoints -ConfigurationPath $file -SkipCertificateCheck -WarningVariable warned | Select-Object -First 1
        $warned | Should -BeLike '-Endpoint, -SkipCertificateCheck do not count beside -ConfigurationPath*'
    }

    It 'does not take what the file says as parameters too' {
        { Start-EtcdDefragMonitor -ConfigurationPath $file -CheckInterval 00:01:00 } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'takes a change while it runs: a bad one is refused, and "enabled": false turns it off' {
        Set-Content $file "{ `"endpoints`": [`"$($endpoints[0])`"], `"checkInterval`": `"1h`" }"
        $seen = [Collections.Generic.List[object]]::new()
        Start-EtcdDefragMonitor -ConfigurationPath $file -ErrorAction Stop -ErrorVariable failed -WarningVariable warned -WarningAction SilentlyContinue | ForEach-Object {
            $seen.Add($_)
            switch ($_.Event) {
                CheckScheduled { Set-Content $file '{ "endpoint": "x" }' }
                ConfigurationRefused { Set-Content $file "{ `"endpoints`": [`"$($endpoints[0])`"], `"enabled`": false }" }
            }

            $_
        } | Read-UntilEvent MonitorDisabled | Out-Null
        ($seen.Event | Select-Object -Unique) | Should -Be ConfigurationInForce, CheckScheduled, ConfigurationRefused, MonitorDisabled
        $refused = $seen | Where-Object Event -EQ ConfigurationRefused
        $refused[0].Line | Should -Be 1
        $refused[0].Message | Should -BeLike "$($file):1: endpoint: *did you mean endpoints?*"
        $failed | Should -BeNullOrEmpty
        $warned.Message | Should -Contain $refused[0].Message
    }
}

Describe 'A check interval' {
    It 'of <_> is refused, with the way to write one' -ForEach 5, '00:00:00', '-00:01:00', '366.00:00:01', ([timespan]::MaxValue) {
        $problem = { Start-EtcdDefragMonitor 127.0.0.1:1 -CheckInterval $_ } | Should -Throw -PassThru -ErrorId 'InvalidCheckInterval,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*00:11:00*'
    }
}

Describe 'A policy by which every member is due for ever' {
    It 'is refused, and nobody is asked' {
        $problem = { Start-EtcdDefragMonitor 127.0.0.1:1 -Policy (New-EtcdDefragPolicy -MinDbSize 1MB) } | Should -Throw -PassThru -ErrorId 'EndlessPolicy,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-MaxFragmentedPercentage*'
    }
}

Describe 'A member that is named twice' {
    It 'is refused: its cluster would be watched twice' {
        $connections = (New-EtcdConnection $endpoints[0]), (New-EtcdConnection $endpoints[0] -OperationTimeoutSeconds 9)
        $problem = { $connections | Start-EtcdDefragMonitor } | Should -Throw -PassThru -ErrorId 'ClusterNamedTwice,*'
        $problem.TargetObject | Should -Be $endpoints[0]
    }
}

Describe 'Stopping it' {
    It 'at rest by Ctrl+C ends it at once, without an error' {
        $shell = New-InnerPowerShell
        try {
            $events = [Management.Automation.PSDataCollection[psobject]]::new()
            $nothing = [Management.Automation.PSDataCollection[psobject]]::new()
            $nothing.Complete()
            $null = $shell.AddCommand('Start-EtcdDefragMonitor').AddParameter('Endpoint', $endpoints)
            $null = $shell.BeginInvoke($nothing, $events)
            Wait-Until { (Get-Collected $events).Event -contains 'CheckScheduled' }
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 2
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
            $shell.Commands.Clear()
            $shell.AddScript('$global:Error.Count').Invoke() | Should -Be 0
        }
        finally {
            $shell.Dispose()
        }
    }

    It 'by Stop-Job ends the job, whose events are kept' {
        $job = Start-ThreadJob {
            Import-Module $using:ModuleFolder/EtcdDefrag.psd1
            Start-EtcdDefragMonitor $using:endpoints -DefragOnStartup -CheckInterval 01:00:00
        }
        try {
            Wait-Until { (Get-Collected $job.Output).Event -contains 'CheckScheduled' }
            Stop-Job $job
            $job.State | Should -Be 'Stopped'
            (Receive-Job $job).Event | Should -Contain 'NothingToDo'
            $job.Error.Count | Should -Be 0
        }
        finally {
            Remove-Job $job -Force
        }
    }
}

Describe 'Ctrl+C while a member defragments' -Skip:$IsWindows {
    BeforeAll {
        $big = Start-TestCluster -FillMiB 512
        $before = Get-EtcdMemberStatus $big.Endpoints
        $process = Start-FreshPowerShell "Start-EtcdDefragMonitor $($big.Endpoints -join ',') -DefragOnStartup -PauseSeconds 0 | ForEach-Object { ""`$(`$_.Event) `$(`$_.Endpoint)"" }"
        while ($null -ne ($line = $process.StandardOutput.ReadLine()) -and $line -notlike 'DefragmentationStarted *') { }
        $first = $line -replace '^DefragmentationStarted '
        $clock = [Diagnostics.Stopwatch]::StartNew()
        sh -c "kill -INT $($process.Id)"
        $rest = $process.StandardOutput.ReadToEnd() -split "`n"
        $process.WaitForExit()
        $took = $clock.Elapsed.TotalSeconds
    }

    AfterAll {
        $process.Dispose()
        Stop-TestCluster $big
    }

    It 'ends the process at once and says that the member goes on by itself' {
        $took | Should -BeLessThan 2
        $rest -like "WARNING: $first goes on defragmenting by itself*" | Should -Not -BeNullOrEmpty
    }

    It 'lets that member come to its end, and touches no other' {
        Wait-Until { (Get-EtcdMemberStatus $first -ErrorAction Ignore).DbSize -lt $before[0].DbSize / 2 }
        foreach ($other in $before | Where-Object Endpoint -NE $first) {
            (Get-EtcdMemberStatus $other.Endpoint).DbSize | Should -Be $other.DbSize
        }
    }
}
