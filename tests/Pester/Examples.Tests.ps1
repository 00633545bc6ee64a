# Every example of the help and of docs/, as a reader would paste it, on a real cluster.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Examples.ps1"
    $pages = Get-ChildItem (Join-Path $RepositoryRoot 'docs/en-US') -Filter *.md
    $examples = @($pages.FullName; 'errors', 'out-of-space' | ForEach-Object { Join-Path $RepositoryRoot "docs/$_.md" }) | ForEach-Object { Get-Example $_ } |
        # Those that look for fragmented members find some only before the others have been at work.
        Sort-Object -Stable { $_.Code -notmatch 'Where-Object' }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    . "$PSScriptRoot/Support/Examples.ps1"
    $cluster = Start-TestCluster -FillMiB 16
    Push-Location $TestDrive
    New-ExampleFile
}

AfterAll {
    Pop-Location
    Stop-TestCluster $cluster
}

Describe 'Example <Number> of <Page>' -ForEach $examples {
    It 'runs without an error, and gives something' {
        $mine = ConvertTo-SandboxCode $Code $cluster.Endpoints
        $mine | Should -Not -Match '\b10\.0\.0\.\d'
        $defaults = $PSDefaultParameterValues.Clone()
        $seen = & ([scriptblock]::Create($mine)) *>&1
        $PSDefaultParameterValues.Count | Should -Be $defaults.Count -Because 'an example leaves nothing behind'
        $seen | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
        # A cluster that is well has no alarms.
        $says = $Code -match '-WhatIf|Export-Csv|catch \{|Get-EtcdAlarm' ? 'does' : 'gives'
        if ($says -eq 'gives') {
            @($seen | Where-Object { $_ -isnot [Management.Automation.InformationRecord] }).Count | Should -BeGreaterThan 0
        }
    }
}

Describe 'The examples' {
    It 'use every cmdlet' {
        foreach ($name in (Get-Module EtcdDefrag).ExportedCmdlets.Keys) {
            $code = (Get-Example (Join-Path $RepositoryRoot "docs/en-US/$name.md")).ForEach({ $_.Code }) -join "`n"
            $code | Should -Match "\b$name\b"
        }
    }
}
