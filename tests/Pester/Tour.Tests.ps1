# docs/tour.md is what its steps gave; the steps still work.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $tour = Get-Content "$RepositoryRoot/docs/tour.md" -Raw
    $cluster = Start-TestCluster -FillMiB 64
    $e = $cluster.Endpoints[0]
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'The tour' {
    It 'shows steps that work, and an error where one is meant' {
        foreach ($step in (Import-PowerShellDataFile "$RepositoryRoot/docs/tour/Steps.psd1").Steps | Select-Object -Skip 1) {
            $tour | Should -BeLike "*$([Management.Automation.WildcardPattern]::Escape($step.Run))*"
            $failed = $step.Run -eq 'Get-EtcdMemberStatus 127.0.0.1:1'
            $Error.Clear()
            $out = . ([scriptblock]::Create($step.Run)) 2>&1 | Out-String
            $Error.Count | Should -Be ([int] $failed) -Because $step.Run
            if ($step.Run -notlike '*-WhatIf*') {
                $out | Should -Not -BeNullOrEmpty -Because $step.Run
            }

            if ($failed) {
                break
            }
        }
    }

    It 'has the pictures that it shows' {
        foreach ($picture in [regex]::Matches($tour, '\((images/[^)]+)\)')) {
            Join-Path "$RepositoryRoot/docs" $picture.Groups[1].Value | Should -Exist
        }
    }
}
