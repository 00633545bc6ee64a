# Reading a real three-member cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster
    $endpoints = $cluster.Endpoints
    $nobody = 'http://127.0.0.1:1'
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Get-EtcdMemberStatus' {
    It 'gives the members in the order of the endpoints' {
        (Get-EtcdMemberStatus -Endpoint $endpoints).Endpoint | Should -Be $endpoints
        (Get-EtcdMemberStatus -Endpoint $endpoints[2, 0]).Endpoint | Should -Be $endpoints[2, 0]
    }

    It 'takes endpoints from the pipeline, by value and by property' {
        ($endpoints | Get-EtcdMemberStatus).Endpoint | Should -Be $endpoints
        (Get-EtcdMemberStatus $endpoints | Get-EtcdMemberStatus).Endpoint | Should -Be $endpoints
        ([pscustomobject]@{ Endpoint = $endpoints[0] } | Get-EtcdMemberStatus).Endpoint | Should -Be $endpoints[0]
    }

    It 'takes an endpoint without a scheme for http' {
        (Get-EtcdMemberStatus ($endpoints[0] -replace 'http://')).Endpoint | Should -Be $endpoints[0]
    }

    It 'finds the rest of the cluster with -Cluster' {
        $found = Get-EtcdMemberStatus $endpoints[0] -Cluster
        $found.Count | Should -Be 3
        ($found.MemberId | Sort-Object -Unique).Count | Should -Be 3
        ($found.ClusterId | Sort-Object -Unique).Count | Should -Be 1
        $found | ForEach-Object { $_.Name | Should -Not -BeNullOrEmpty }
    }

    It 'shows one leader, whom Sort-Object puts last' {
        $sorted = Get-EtcdMemberStatus $endpoints[0] -Cluster | Sort-Object IsLeader
        $sorted.IsLeader | Should -Be $false, $false, $true
        $sorted.LeaderId | Sort-Object -Unique | Should -Be $sorted[2].MemberId
    }

    It 'gives sizes in bytes' {
        $status = Get-EtcdMemberStatus $endpoints[0]
        $status.DbSize | Should -BeOfType long
        $status.DbSizeFree | Should -Be ($status.DbSize - $status.DbSizeInUse)
    }

    It 'shows the others where one cannot be reached' {
        $shown = Get-EtcdMemberStatus $endpoints[0], $nobody, $endpoints[1] -ErrorVariable failed -ErrorAction SilentlyContinue
        $shown.Endpoint | Should -Be $endpoints[0, 1]
        @($failed).Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
        $failed[0].TargetObject | Should -Be $nobody
    }

    It 'shows the others where one is no endpoint' {
        $shown = Get-EtcdMemberStatus 'ftp://x', $endpoints[1] -ErrorVariable failed -ErrorAction SilentlyContinue
        $shown.Endpoint | Should -Be $endpoints[1]
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidEndpoint,*'
    }

    It 'can be cut short by what follows in the pipeline' {
        (Get-EtcdMemberStatus $endpoints | Select-Object -First 1).Endpoint | Should -Be $endpoints[0]
    }

    It 'works in two runspaces at once' {
        $manifest = (Get-Module EtcdDefrag).Path -replace '\.PowerShell\.dll$', '.psd1'
        $seen = 1..4 | ForEach-Object -ThrottleLimit 2 -Parallel {
            Import-Module $using:manifest
            Get-EtcdMemberStatus $using:endpoints
        }
        $seen.Count | Should -Be 12
        ($seen.Endpoint | Sort-Object -Unique) | Should -Be ($endpoints | Sort-Object)
    }
}

Describe 'The views' {
    It 'a table that fits 100 columns, sizes with units' {
        $lines = Get-EtcdMemberStatus $endpoints | Format-Table | Out-String -Width 100 -Stream | Where-Object { $_ }
        $lines[0] -split '\s+' | Where-Object { $_ } | Should -Be 'Endpoint', 'State', 'DbSize', 'InUse', 'Free', 'Quota', 'Version'
        $lines[2] | Should -Match '(leader|follower) +[\d.]+ [KMG]iB +[\d.]+ [KMG]iB +\d+ % +\d+ % 3\.\d+\.\d+$'
    }

    It 'a list with everything' {
        Get-EtcdMemberStatus $endpoints[0] | Format-List | Out-String | Should -BeLike '*MemberId*RaftAppliedIndex*'
    }

    It 'objects that came back from a job look the same' {
        $status = Get-EtcdMemberStatus $endpoints[0]
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($status))
        $back | Format-Table | Out-String | Should -Be ($status | Format-Table | Out-String)
    }
}

Describe 'Test-EtcdClusterHealth' {
    It 'judges the whole cluster, whichever member was named' {
        $health = Test-EtcdClusterHealth $endpoints[1]
        $health.IsHealthy | Should -BeTrue
        $health.VoterCount | Should -Be 3
        $health.HealthyVoterCount | Should -Be 3
        $health.Quorum | Should -Be 2
        $health.Members.Count | Should -Be 3
        $health.Reasons | Should -BeNullOrEmpty
    }

    It 'says only true with -Quiet' {
        Test-EtcdClusterHealth $endpoints -Quiet | Should -BeExactly $true
    }

    It 'takes statuses from the pipeline, and says one word for all' {
        Get-EtcdMemberStatus $endpoints | Test-EtcdClusterHealth -Quiet | Should -BeExactly $true
        @(Get-EtcdMemberStatus $endpoints | Test-EtcdClusterHealth).Count | Should -Be 1
    }

    It 'counts an endpoint that nobody can identify as a member that is down' {
        $health = Test-EtcdClusterHealth $endpoints[0], $nobody
        $health.IsHealthy | Should -BeFalse
        $health.Reasons | Should -BeLike "$nobody cannot be reached*"
    }

    It 'has a table view' {
        Test-EtcdClusterHealth $endpoints | Format-Table | Out-String | Should -BeLike '*ClusterId*IsHealthy*Voters*Quorum*True*'
        (Test-EtcdClusterHealth $endpoints).Members | Format-Table | Out-String | Should -BeLike '*Endpoint*IsHealthy*Took*'
    }
}
