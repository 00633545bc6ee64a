# docs/recipes.md: every recipe runs, and gives what is shown below it.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Recipes.ps1"
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    $recipes = @(Get-Recipe ((Get-Content "$root/docs/recipes.md" -Raw) -replace "`r`n", "`n"))
    $cases = 0..($recipes.Count - 1) | ForEach-Object { @{ Index = $_; Code = $recipes[$_].Code; Shown = $recipes[$_].Output } }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    . "$PSScriptRoot/Support/Recipes.ps1"
    $recipes = @(Get-Recipe ((Get-Content "$RepositoryRoot/docs/recipes.md" -Raw) -replace "`r`n", "`n"))
    $cluster = Start-TestCluster -FillMiB 64
    $run = Invoke-Recipe $recipes $cluster.Endpoints $ModuleFolder

    # The text without figures and units, which differ from run to run, and without how wide a column or a line is.
    function Get-Shape {
        param([string] $Text)

        $Text -replace '\d+(\.\d+)?( (ms|s|min|B|KiB|MiB|GiB)\b)?', '#' -replace '-{2,}', '-' -replace '\s+', ' '
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Recipe <Index>' -ForEach $cases {
    It 'runs, and gives what is shown' {
        $given = $run.Outputs[$Index]
        $given | Should -Not -BeLike '*ERROR:*' -Because $Code
        if ($null -eq $Shown) {
            $given | Should -BeNullOrEmpty -Because $Code
        }
        else {
            Get-Shape $given | Should -BeExactly (Get-Shape $Shown) -Because $Code
        }
    }
}

Describe 'The recipes' {
    It 'are all there' {
        $recipes.Count | Should -BeGreaterOrEqual 15
        $run.Outputs.Count | Should -Be $recipes.Count
    }

    It 'register a task whose command works' {
        $run.Task -match '-Command "(?<command>.*)"$' | Should -BeTrue
        $said = Invoke-FreshPowerShell "`$WarningPreference = 'Ignore'; $($Matches.command)"
        $LASTEXITCODE | Should -Be 0
        @($said -match 'Skipped').Count | Should -Be 3 -Because "nothing is left to reclaim: $said"
    }
}
