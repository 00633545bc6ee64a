#requires -Version 7.4
<#
.SYNOPSIS
Runs the recipes of docs/recipes.md on a sandbox and writes below each what it gave.

.DESCRIPTION
Run it from a built repository: dotnet pwsh docs/tour/Update-Recipes.ps1 after ./build.ps1. The words and the code stay as they are.
#>
param(
    [string] $Path = (Join-Path $PSScriptRoot '../recipes.md')
)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
. "$root/tests/Pester/Support/Cluster.ps1"
. "$root/tests/Pester/Support/Recipes.ps1"
$text = (Get-Content -LiteralPath $Path -Raw) -replace "`r`n", "`n"
$recipes = Get-Recipe $text
$cluster = Start-TestCluster -FillMiB 64
try {
    $outputs = (Invoke-Recipe $recipes $cluster.Endpoints "$root/out/EtcdDefrag").Outputs
    for ($i = 0; $i -lt $recipes.Count; $i++) {
        if ($null -ne $recipes[$i].Output) {
            $before = "$($recipes[$i].Code)``````\n\n``````text\n".Replace('\n', "`n")
            $start = $text.IndexOf($before, [StringComparison]::Ordinal) + $before.Length
            $end = $text.IndexOf('```', $start, [StringComparison]::Ordinal)
            $text = $text.Remove($start, $end - $start).Insert($start, "$($outputs[$i])`n")
        }
    }

    [IO.File]::WriteAllText((Resolve-Path $Path), $text)
}
finally {
    Stop-TestCluster $cluster
}
