# The main job on a real three-member cluster. The blocks follow each other: what -WhatIf left alone is defragmented later.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 32
    $endpoints = $cluster.Endpoints
    $nobody = 'http://127.0.0.1:1'

    function Get-DbSize {
        (Get-EtcdMemberStatus $endpoints).DbSize
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Invoke-EtcdDefrag -WhatIf' {
    BeforeAll {
        $before = Get-DbSize
        $leader = Get-EtcdMemberStatus $endpoints | Where-Object IsLeader
    }

    AfterEach {
        Get-DbSize | Should -Be $before -Because 'nothing may have changed'
    }

    It 'shows every step in order, the leader last, and changes nothing' {
        $shown = Invoke-FreshPowerShell "Invoke-EtcdDefrag $($endpoints[0]) -Cluster -WhatIf" | Where-Object { $_ -notlike 'WARNING: *' }
        $shown.Count | Should -Be 3
        $shown | ForEach-Object { $_ | Should -Match '^What if: .*Defragment \d+\.\d MiB, about \d+ s pause.*http://127\.0\.0\.1:\d+ \(' }
        $shown[2] | Should -BeLike "*$($leader.Endpoint) ($($leader.Name), leader)*"
        $shown[0, 1] | Should -Not -BeLike '*leader*'
    }

    It 'gives no objects and no errors' {
        $output = Invoke-EtcdDefrag $endpoints -WhatIf -ErrorVariable failed
        $output | Should -BeNullOrEmpty
        $failed | Should -BeNullOrEmpty
    }

    It 'obeys $WhatIfPreference as well' {
        $shown = Invoke-FreshPowerShell "`$WhatIfPreference = `$true; Invoke-EtcdDefrag $($endpoints -join ',')" | Where-Object { $_ -like 'What if: *' }
        $shown.Count | Should -Be 3
    }

    It 'does not wait for an answer that nobody can give' {
        (Invoke-FreshPowerShell "Invoke-EtcdDefrag $($endpoints[0]) -Confirm") -join ' ' | Should -BeLike '*NonInteractive*'
    }

    It 'takes statuses that came back from a job' {
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-EtcdMemberStatus $endpoints)))
        $steps = $back | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Where-Object { $_ -like 'Step * of 3: *' }
        $steps.Count | Should -Be 3
    }

    It 'takes the statuses of a subset' {
        $wanted = Get-EtcdMemberStatus $endpoints | Where-Object IsLeader -EQ $false | Select-Object -First 1
        $steps = $wanted | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Where-Object { $_ -like 'Step *' }
        $steps | Should -BeLike "Step 1 of 1: Defragment $($wanted.Endpoint)*"
    }
}

Describe 'Statuses beside a default for -Endpoint' {
    BeforeAll {
        $PSDefaultParameterValues['*-Etcd*:Endpoint'] = $endpoints[0]
    }

    AfterAll {
        $PSDefaultParameterValues.Remove('*-Etcd*:Endpoint')
    }

    It 'the default stands for what is not given' {
        (Get-EtcdMemberStatus).Endpoint | Should -Be $endpoints[0]
        (Get-EtcdMemberStatus -Cluster).Count | Should -Be 3
        Test-EtcdClusterHealth -Quiet | Should -BeTrue
    }

    It 'the pipeline takes precedence' {
        $other = Get-EtcdMemberStatus $endpoints[1]
        $steps = $other | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Where-Object { $_ -like 'Step *' }
        $steps | Should -BeLike "Step 1 of 1: Defragment $($endpoints[1])*"
        (Get-EtcdMemberStatus -Cluster | Test-EtcdClusterHealth).IsHealthy | Should -BeTrue
    }
}

Describe 'Invoke-EtcdDefrag where a member is unhealthy' {
    BeforeAll {
        $before = Get-DbSize
        $results = Invoke-EtcdDefrag ($endpoints + $nobody) -ErrorVariable failed -ErrorAction SilentlyContinue
    }

    It 'refuses, and names the member' {
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -Be 'VoterUnreachable,EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        $failed[0].TargetObject | Should -Be $nobody
        "$($failed[0])" | Should -BeLike "*$nobody cannot be reached*"
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failed[0].Exception.InnerException | Should -BeOfType EtcdDefrag.Connection.EtcdException
    }

    It 'says of each member that it was not attempted' {
        $results.Endpoint | Sort-Object | Should -Be ($endpoints + $nobody | Sort-Object)
        $results.Outcome | Sort-Object -Unique | Should -Be 'NotAttempted'
        $results | ForEach-Object { $_.Reason | Should -BeLike "*$nobody*" }
    }

    It 'changes nothing' {
        Get-DbSize | Should -Be $before
    }

    It 'ends at once with -ErrorAction Stop' {
        { Invoke-EtcdDefrag $endpoints[0], $nobody -ErrorAction Stop } | Should -Throw -ErrorId 'VoterUnreachable,*'
    }

    It 'asks nobody where one endpoint cannot be read' {
        $output = Invoke-EtcdDefrag $endpoints[0], 'ftp://x' -ErrorVariable unread -ErrorAction SilentlyContinue
        $output | Should -BeNullOrEmpty
        $unread[0].FullyQualifiedErrorId | Should -BeLike 'InvalidEndpoint,*'
        Get-DbSize | Should -Be $before
    }
}

Describe 'Invoke-EtcdDefrag' {
    BeforeAll {
        $before = Get-EtcdMemberStatus $endpoints
        $leader = $before | Where-Object IsLeader
        $results = Get-EtcdMemberStatus -Endpoint $endpoints[0] -Cluster |
            Where-Object DbSizeFree -GT 1MB |
            Invoke-EtcdDefrag -InformationVariable said -ErrorVariable failed
    }

    It 'gives a result a member, the leader last, and no error' {
        $failed | Should -BeNullOrEmpty
        $results.Count | Should -Be 3
        $results | ForEach-Object { $_ | Should -BeOfType EtcdDefrag.Execution.EtcdDefragResult }
        $results.Outcome | Sort-Object -Unique | Should -Be 'Defragmented'
        $results.IsLeader | Should -Be $false, $false, $true
        $results[2].MemberId | Should -Be $leader.MemberId
    }

    It 'shrinks every member, as the results say' {
        foreach ($result in $results) {
            $result.DbSizeBefore | Should -Be ($before | Where-Object MemberId -EQ $result.MemberId).DbSize
            $result.DbSizeAfter | Should -BeLessThan $result.DbSizeBefore
            $result.BytesReclaimed | Should -Be ($result.DbSizeBefore - $result.DbSizeAfter)
            $result.Duration | Should -BeGreaterThan ([timespan]::Zero)
            (Get-EtcdMemberStatus $result.Endpoint).DbSize | Should -BeLessThan $result.DbSizeBefore
        }
    }

    It 'tells of each member in the information stream' {
        $said.Count | Should -Be 3
        $said | ForEach-Object { "$_" | Should -BeLike 'Defragmented http://*MiB -> *' }
    }

    It 'has a table view' {
        $lines = $results | Format-Table | Out-String -Width 200 -Stream | Where-Object { $_ }
        $lines[0] -split '\s+' | Where-Object { $_ } | Should -Be 'Endpoint', 'Before', 'After', 'Duration', 'Outcome'
    }

    It 'gives nothing where nothing passes the filter' {
        Get-EtcdMemberStatus $endpoints | Where-Object DbSizeFree -GT 1TB | Invoke-EtcdDefrag | Should -BeNullOrEmpty
    }

    It 'defragments only the members that are named, by endpoint too' {
        $one = Invoke-EtcdDefrag $endpoints[1]
        @($one).Count | Should -Be 1
        $one.Endpoint | Should -Be $endpoints[1]
    }

    It 'takes the whole cluster with -Cluster, from one status as well' {
        $all = Get-EtcdMemberStatus $endpoints[0] | Invoke-EtcdDefrag -Cluster
        $all.Count | Should -Be 3
        $all[2].IsLeader | Should -BeTrue
    }

    It 'goes by the timeouts that the statuses carry' {
        $carried = Get-EtcdMemberStatus $endpoints[0] -OperationTimeoutSeconds 7 | Invoke-EtcdDefrag
        $carried.Connection.OperationTimeout.TotalSeconds | Should -Be 7
        $given = Get-EtcdMemberStatus $endpoints[0] -OperationTimeoutSeconds 7 | Invoke-EtcdDefrag -OperationTimeoutSeconds 9
        $given.Connection.OperationTimeout.TotalSeconds | Should -Be 9
    }
}
