# A defragmentation that takes longer than its answer is waited for. 64 MiB in use take a few hundred milliseconds.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 256
    $endpoints = $cluster.Endpoints
    $before = Get-EtcdMemberStatus $endpoints
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Invoke-EtcdDefrag -DefragmentTimeoutSeconds 0.05' {
    BeforeAll {
        $shell = New-InnerPowerShell
        $null = $shell.AddCommand('Invoke-EtcdDefrag').AddParameter('Endpoint', $endpoints).AddParameter('DefragmentTimeoutSeconds', 0.05).AddParameter('Verbose')
        $results = $shell.Invoke()
    }

    AfterAll {
        $shell.Dispose()
    }

    It 'observes every member to its end, and has no error' {
        $shell.Streams.Error | Should -BeNullOrEmpty
        $results.Count | Should -Be 3
        $results | ForEach-Object {
            $_.Outcome | Should -Be 'Defragmented'
            $_.WasObserved | Should -BeTrue
            $_.Reason | Should -BeLike '*observed to its end*'
        }
    }

    It 'proves it by the sizes' {
        foreach ($result in $results) {
            $result.DbSizeBefore | Should -Be $before.Where({ $_.MemberId -eq $result.MemberId }).DbSize
            $result.DbSizeAfter | Should -BeLessThan ($result.DbSizeBefore / 2)
        }
    }

    It 'begins with a member only when the one before is done' {
        for ($i = 1; $i -lt $results.Count; $i++) {
            $results[$i].StartedAt | Should -BeGreaterThan ($results[$i - 1].StartedAt + $results[$i - 1].Duration)
        }
    }

    It 'tells that it watches, and how it ended' {
        $watching = $shell.Streams.Verbose.Where({ $_.Message -like '*no answer; watching the member until it is known what it did*' })
        $watching.Count | Should -Be 3
        $shell.Streams.Information.Where({ "$_" -like 'Defragmented * -> *observed to its end*' }).Count | Should -Be 3
    }

    It 'shows the run and the member at hand in progress bars with the estimated rest, and takes both away' {
        $run, $step = foreach ($id in 2379, 2380) { , $shell.Streams.Progress.Where({ $_.ActivityId -eq $id }) }
        $run.StatusDescription | Select-Object -Unique | Should -Be '1 of 3', '1 of 3 done', '2 of 3', '2 of 3 done', '3 of 3', 'Done'
        $run.CurrentOperation | Should -Contain 'waiting until the cluster is healthy again'
        $rest = $run.SecondsRemaining.Where({ $_ -ge 0 })
        $rest[0] | Should -BeGreaterThan $rest[-1]
        $step.ParentActivityId | Select-Object -Unique | Should -Contain 2379
        $step.Activity | Should -Contain "$($results[0].Endpoint) ($($results[0].Name))"
        $step.StatusDescription | Should -Contain 'no answer; watching the member until it is known what it did'
        $run[-1].RecordType | Should -Be 'Completed'
        $step[-1].RecordType | Should -Be 'Completed'
    }

    It 'shows no progress where PowerShell was told that nobody is there' {
        $inner = '$shell = [powershell]::Create(); $null = $shell.AddScript("Import-Module ''{0}''; Invoke-EtcdDefrag {1}").Invoke(); "$($shell.Streams.Progress.Where({{ $_.ActivityId -in 2379, 2380 }}).Count) $($shell.Streams.Error.Count)"'
        Invoke-FreshPowerShell ($inner -f "$ModuleFolder/EtcdDefrag.psd1", ($endpoints -join ',')) | Should -Be '0 0'
    }

    It 'has shown what each step costs before it began' {
        $shell.Streams.Verbose.Where({ $_.Message -match 'is next: it will not respond for about \d+ s and needs up to [\d.]+ MiB of free disk' }).Count | Should -Be 3
    }

    It 'has a list view that says it' {
        $results[0] | Format-List | Out-String | Should -Match 'WasObserved\s*: True'
    }
}

Describe 'A member that is not watched long enough' {
    It 'has an unknown outcome, and nobody else is touched' {
        $results = Invoke-EtcdDefrag $endpoints -DefragmentTimeoutSeconds 0.02 -ObservationTimeoutSeconds 0.02 -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Outcome | Should -Be 'Unknown', 'NotAttempted', 'NotAttempted'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'DefragmentationOutcomeUnknown,*'
        $failed[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failed[0].TargetObject | Should -Be $results[0].Endpoint
        "$($failed[0])" | Should -BeLike "*$($results[0].Endpoint)*"
    }
}
