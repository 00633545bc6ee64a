# Invoke-EtcdCompaction on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster
    $endpoints = $cluster.Endpoints

    function Add-Revision {
        $key, $value = 'k', 'v' | ForEach-Object { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($_)) }
        foreach ($i in 1..20) {
            $null = Invoke-RestMethod "$($endpoints[0])/v3/kv/put" -Method Post -Body (@{ key = $key; value = $value } | ConvertTo-Json)
        }
    }

    # Whether a revision can still be read.
    function Test-Revision {
        param([long] $Revision)

        $body = @{ key = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('k')); revision = "$Revision" } | ConvertTo-Json
        try {
            $null = Invoke-RestMethod "$($endpoints[0])/v3/kv/range" -Method Post -Body $body
            $true
        }
        catch {
            "$_" | Should -BeLike '*has been compacted*'
            $false
        }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Invoke-EtcdCompaction' {
    BeforeEach {
        Add-Revision
        $newest = (Get-EtcdMemberStatus $endpoints[0]).Revision
    }

    It 'keeps the newest revisions that -Retain names, and drops what is older' {
        $result = Invoke-EtcdCompaction $endpoints[0] -Retain 5
        $result.Outcome, $result.CurrentRevision, $result.Revision | Should -Be 'Compacted', $newest, ($newest - 5)
        Test-Revision ($newest - 6) | Should -BeFalse
        Test-Revision ($newest - 5) | Should -BeTrue
    }

    It 'drops history up to the revision that is named' {
        (Invoke-EtcdCompaction $endpoints[0] -ToRevision ($newest - 2)).Revision | Should -Be ($newest - 2)
        Test-Revision ($newest - 3) | Should -BeFalse
    }

    It 'keeps 10000 revisions where nothing is said, and says where there is no more than that' {
        $result = Invoke-EtcdCompaction $endpoints[0]
        $result.Outcome | Should -Be 'NothingToDo'
        $result.Reason | Should -Not -BeNullOrEmpty
        Test-Revision ($newest - 1) | Should -BeTrue
    }

    It 'drops nothing with -WhatIf' {
        Invoke-EtcdCompaction $endpoints[0] -Retain 0 -WhatIf | Should -BeNullOrEmpty
        Test-Revision ($newest - 1) | Should -BeTrue
    }

    It 'is followed by a defragmentation in one pipeline' {
        $results = Get-EtcdMemberStatus $endpoints[0] | Invoke-EtcdCompaction -Retain 0 | Invoke-EtcdDefrag -Cluster
        @($results.Outcome) | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
    }

    It 'says what etcd says of a revision that is still to come' {
        $result = Invoke-EtcdCompaction $endpoints[0] -ToRevision ($newest + 1000) -ErrorVariable failed -ErrorAction SilentlyContinue
        $result.Outcome | Should -Be 'Failed'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'CompactionFailed,*'
        "$($failed[0])" | Should -BeLike '*future revision*'
    }

    It 'refuses -ToRevision and -Retain together before anybody is asked' {
        { Invoke-EtcdCompaction 127.0.0.1:1 -ToRevision 5 -Retain 5 } | Should -Throw -ErrorId 'RevisionAndRetain,*'
    }

    It 'says so where nobody answers' {
        Invoke-EtcdCompaction 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
    }
}
