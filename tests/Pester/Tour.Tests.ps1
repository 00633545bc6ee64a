# docs/tour.md is what its steps gave; the steps still work, and still give that.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $tour = Get-Content "$RepositoryRoot/docs/tour.md" -Raw
    $cluster = Start-TestCluster -FillMiB 64
    $e = $cluster.Endpoints[0]

    # The headings of the tables in a text, each as its labels.
    function Get-TableHeading {
        param([string] $Text)

        $lines = $Text -replace "`e\[[\d;]*m" -split '\r?\n'
        1..$lines.Count | Where-Object { $lines[$_] -match '^ *-+( +-+)* *$' } | ForEach-Object { ($lines[$_ - 1].Trim() -split ' +') -join ' ' }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'The tour' {
    It 'shows steps that work, tables as they look today, and an error where one is meant' {
        foreach ($step in (Import-PowerShellDataFile "$RepositoryRoot/docs/tour/Steps.psd1").Steps | Select-Object -Skip 1) {
            $shown = [regex]::Match($tour, "(?s)\n$([regex]::Escape($step.Run))\r?\n``````\r?\n\r?\n``````text\r?\n(?<text>.*?)\r?\n``````")
            $shown.Success | Should -BeTrue -Because "$($step.Run) is in the tour"
            $failed = $step.Run -eq 'Get-EtcdMemberStatus 127.0.0.1:1'
            $Error.Clear()
            $out = . ([scriptblock]::Create($step.Run)) 2>&1 | Out-String -Width 100
            $Error.Count | Should -Be ([int] $failed) -Because $step.Run
            Get-TableHeading $shown.Groups['text'].Value | Should -Be (Get-TableHeading $out) -Because $step.Run
            if ($step.Run -notlike 'Invoke-EtcdDefrag*-WhatIf*') {
                $out | Should -Not -BeNullOrEmpty -Because $step.Run
            }

            if ($failed) {
                break
            }
        }
    }

    It 'names every cmdlet' {
        foreach ($name in (Get-Module EtcdDefrag).ExportedCmdlets.Keys) {
            $tour | Should -Match "\b$name\b"
        }
    }

    It 'has the pictures that it shows, one for each step that has one' {
        $pictures = [regex]::Matches($tour, '\(images/([^)]+)\.png\)').ForEach({ $_.Groups[1].Value })
        $pictures | Should -Be (Import-PowerShellDataFile "$RepositoryRoot/docs/tour/Steps.psd1").Steps.Where({ $_.Picture }).Picture
        $pictures | ForEach-Object { Join-Path "$RepositoryRoot/docs/images" "$_.png" | Should -Exist }
    }
}
