# Export-EtcdDefragReport, from what the other cmdlets give, alive and imported again.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster
    $endpoints = $cluster.Endpoints
    $statuses = Get-EtcdMemberStatus $endpoints
    $plan = Get-EtcdDefragPlan $endpoints -WarningAction Ignore
    $results = Invoke-EtcdDefrag $endpoints -Confirm:$false -WarningAction Ignore
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Export-EtcdDefragReport' {
    BeforeEach {
        $path = Join-Path $TestDrive 'report.html'
        Remove-Item $path -ErrorAction Ignore
    }

    It 'shows <_>, alive and imported again, in the same words' -ForEach 'statuses', 'plan', 'results' {
        $given = Get-Variable $_ -ValueOnly
        $given | Export-EtcdDefragReport $path -Title 'The night of a test'
        $alive = Get-Content $path -Raw
        $given | Export-Clixml (Join-Path $TestDrive 'given.xml')
        Import-Clixml (Join-Path $TestDrive 'given.xml') | Export-EtcdDefragReport $path -Title 'The night of a test'

        $alive | Should -BeLike '*<h1>The night of a test</h1>*'
        foreach ($member in $given) {
            $alive | Should -BeLike "*$($member.Name) ($($member.Endpoint))*"
        }
        (Get-Content $path -Raw) -replace 'Written at [^<]*' | Should -Be ($alive -replace 'Written at [^<]*')
    }

    It 'shows the sizes and pauses of a run as its results have them' {
        $statuses + $results | Export-EtcdDefragReport -Path $path
        $page = Get-Content $path -Raw

        $page | Should -BeLike '*3 of 3 members were defragmented and gave back *'
        $page | Should -BeLike '*Who did not answer when*'
        $page | Should -Not -BeLike '*What would be done*'
        ([regex]::Matches($page, '<td class="good">Defragmented</td>')).Count | Should -Be 3
    }

    It 'names what it cannot show, and shows the rest' {
        @($results[0], (Get-Item $TestDrive)) | Export-EtcdDefragReport $path -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems.FullyQualifiedErrorId | Should -Be 'NotReportable,EtcdDefrag.PowerShell.Commands.ExportEtcdDefragReportCommand'
        Get-Content $path -Raw | Should -BeLike '*1 of 1 members*'
    }

    It 'leaves a file as it is with -NoClobber, and writes none with -WhatIf' {
        Set-Content $path 'mine'
        { $results | Export-EtcdDefragReport $path -NoClobber } | Should -Throw -ErrorId 'ReportNotWritten,*'
        $results | Export-EtcdDefragReport $path -WhatIf
        Get-Content $path | Should -Be 'mine'
    }
}
