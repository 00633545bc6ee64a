# Runs in jobs and cut-off pipelines on a real cluster. The blocks follow each other.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 32
    $endpoints = $cluster.Endpoints
    $before = Get-EtcdMemberStatus $endpoints

    function Get-Touched {
        foreach ($status in Get-EtcdMemberStatus $endpoints) {
            if ($status.DbSize -lt $before.Where({ $_.MemberId -eq $status.MemberId }).DbSize) {
                $status.MemberId
            }
        }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Stop-Job in mid-run' {
    BeforeAll {
        $job = Start-Job {
            Import-Module $using:ModuleFolder/EtcdDefrag.psd1
            Invoke-EtcdDefrag $using:endpoints -PauseSeconds 120 -WarningAction Ignore
        }
        $patience = [Diagnostics.Stopwatch]::StartNew()
        while (-not ($results = @(Receive-Job $job -Keep)) -and $patience.Elapsed.TotalSeconds -lt 60) {
            Start-Sleep -Milliseconds 50
        }

        $clock = [Diagnostics.Stopwatch]::StartNew()
        Stop-Job $job
        $took = $clock.Elapsed.TotalSeconds
    }

    AfterAll {
        Remove-Job $job -Force
    }

    It 'ends it at once, and touches no further member' {
        $took | Should -BeLessThan 5
        $job.State | Should -Be 'Stopped'
        Get-Touched | Should -Be $results[0].MemberId
    }

    It 'keeps the result that was given, with all its figures' {
        $results.Count | Should -Be 1
        $results[0].PSObject.TypeNames[0] | Should -BeLike 'Deserialized.*EtcdDefragResult'
        $results[0].Outcome | Should -Be 'Defragmented'
        $results[0].DbSizeBefore | Should -BeOfType [long]
        $results[0].BytesReclaimed | Should -Be ($results[0].DbSizeBefore - $results[0].DbSizeAfter)
        $results[0].Duration | Should -BeOfType [timespan]
    }
}

Describe 'A pipeline that ends after the first result' {
    It 'touches no further member' {
        # The lock of the job before ends with its lease at the latest, and is not what this is about.
        $untouched = Get-EtcdMemberStatus $endpoints | Where-Object MemberId -NotIn @(Get-Touched)
        $first = $untouched | Invoke-EtcdDefrag -NoLock | Select-Object -First 1
        $first.Outcome | Should -Be 'Defragmented'
        @(Get-Touched).Count | Should -Be 2
        @(Get-Touched) | Should -Contain $first.MemberId
    }
}

Describe 'What comes out of jobs' {
    It 'is the same from Start-Job, and finds its way into the next cmdlet' {
        $job = Start-Job {
            Import-Module $using:ModuleFolder/EtcdDefrag.psd1
            Get-EtcdMemberStatus $using:endpoints
        }
        $statuses = Receive-Job $job -Wait -AutoRemoveJob
        $statuses.Count | Should -Be 3
        ($statuses | Get-EtcdMemberStatus).MemberId | Should -Be $statuses.MemberId
        ($statuses | Get-EtcdDefragPlan).Count | Should -Be 3
    }

    It 'is the same from ForEach-Object -Parallel' {
        $statuses = $endpoints | ForEach-Object -Parallel {
            Import-Module $using:ModuleFolder/EtcdDefrag.psd1
            Get-EtcdMemberStatus $_
        }
        $statuses.MemberId | Sort-Object | Should -Be ($before.MemberId | Sort-Object)
    }

    # Where it is present: PowerShell brings it, a PowerShell of one's own may not.
    if (Get-Command Start-ThreadJob -ErrorAction Ignore) {
        It 'is the same from Start-ThreadJob' {
            $job = Start-ThreadJob {
                Import-Module $using:ModuleFolder/EtcdDefrag.psd1
                Get-EtcdMemberStatus $using:endpoints
            }
            (Receive-Job $job -Wait -AutoRemoveJob).MemberId | Sort-Object | Should -Be ($before.MemberId | Sort-Object)
        }
    }
}
