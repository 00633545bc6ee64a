<#
.SYNOPSIS
    Measures what a user waits for: pwsh itself, importing the module, the first status and those after it.
.DESCRIPTION
    Each figure is the median of as many fresh processes, taken in turns so that a busy moment falls on all of them alike. Starts a
    sandbox of three members; build the solution in Release first.
    Import is Import-Module's own time inside the process, first status that of the first Get-EtcdMemberStatus after it, warm status the
    shortest of the ten that follow.
.PARAMETER ModuleFolder
    The module, or several that are to be compared.
.PARAMETER Count
    How many processes for each figure.
.EXAMPLE
    ./bench/Measure-FirstCall.ps1
#>
[CmdletBinding()]
param(
    [string[]] $ModuleFolder = (Join-Path $PSScriptRoot '../out/EtcdDefrag'),
    [ValidateRange(1, 1000)] [int] $Count = 20
)

$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot '../tests/Pester/Support/Cluster.ps1')
. (Join-Path $PSScriptRoot '../tests/Pester/Support/Pwsh.ps1')

# Runs a script in a fresh process; gives the whole time, and what the script itself measured.
function Measure-Process {
    param([string] $Script)

    $watch = [Diagnostics.Stopwatch]::StartNew()
    $said = Invoke-Pwsh '-NoProfile', '-NonInteractive', '-Command', $Script
    $watch.Stop()
    if ($LASTEXITCODE -ne 0) {
        throw "The process ended with exit code $($LASTEXITCODE): $said"
    }

    @($watch.Elapsed.TotalMilliseconds; $said | ForEach-Object { [double]::Parse($_, [cultureinfo]::InvariantCulture) })
}

function Get-Median {
    param([double[]] $Value, [int] $Digits = 0)

    $sorted = $Value | Sort-Object
    $middle = [Math]::Floor($sorted.Count / 2)
    $median = $sorted.Count % 2 ? $sorted[$middle] : ($sorted[$middle - 1] + $sorted[$middle]) / 2
    [Math]::Round($median, $Digits)
}

$cluster = Start-TestCluster
try {
    $empty = '[Diagnostics.Stopwatch]::StartNew().Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)'
    $measured = foreach ($folder in $ModuleFolder) {
        $manifest = (Resolve-Path (Join-Path $folder 'EtcdDefrag.psd1')).ProviderPath
        $script = "
            `$ErrorActionPreference = 'Stop'
            `$watch = [Diagnostics.Stopwatch]::StartNew()
            Import-Module '$manifest'
            `$import = `$watch.Elapsed.TotalMilliseconds
            `$watch.Restart()
            `$null = Get-EtcdMemberStatus -Endpoint $($cluster.Endpoints[0]) -ErrorAction Stop
            `$status = `$watch.Elapsed.TotalMilliseconds
            `$warm = foreach (`$i in 1..10) {
                `$watch.Restart()
                `$null = Get-EtcdMemberStatus -Endpoint $($cluster.Endpoints[0]) -ErrorAction Stop
                `$watch.Elapsed.TotalMilliseconds
            }
            `$import, `$status, (`$warm | Sort-Object)[0] | ForEach-Object { `$_.ToString([cultureinfo]::InvariantCulture) }"
        @{ Folder = $folder; Script = $script; Import = @(); Status = @(); Warm = @() }
    }

    $bare = @()
    for ($i = 0; $i -lt $Count; $i++) {
        Write-Progress 'Measuring' -PercentComplete (100 * $i / $Count)
        $bare += (Measure-Process $empty)[0]
        foreach ($module in $measured) {
            $null, $import, $status, $warm = Measure-Process $module.Script
            $module.Import += $import
            $module.Status += $status
            $module.Warm += $warm
        }
    }

    Write-Progress 'Measuring' -Completed
    foreach ($module in $measured) {
        [pscustomobject]@{
            Module = $module.Folder
            PwshMs = Get-Median $bare
            ImportMs = Get-Median $module.Import
            FirstStatusMs = Get-Median $module.Status
            WarmStatusMs = Get-Median $module.Warm 1
        }
    }
}
finally {
    Stop-TestCluster $cluster
}
