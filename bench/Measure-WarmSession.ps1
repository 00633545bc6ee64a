<#
.SYNOPSIS
    Measures what cmdlets take in a session that has used the same cluster before.
.DESCRIPTION
    Each figure is of as many calls, in milliseconds, after five that are not counted. Starts a sandbox of three members; build the solution
    in Release first. OwnMs is the processor time of PowerShell itself, which says more than the others on a busy machine; ServersMs is what
    the members themselves measured for their defragmentations (etcd_disk_backend_defrag_duration_seconds_sum).
.PARAMETER ModulePath
    The module's folder.
.PARAMETER Count
    How many calls for each figure.
.EXAMPLE
    ./bench/Measure-WarmSession.ps1
#>
[CmdletBinding()]
param(
    [string] $ModulePath = (Join-Path $PSScriptRoot '../out/EtcdDefrag'),
    [ValidateRange(1, 1000)] [int] $Count = 20
)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'Ignore'
. (Join-Path $PSScriptRoot '../tests/Pester/Support/Cluster.ps1')
Import-Module (Join-Path $ModulePath 'EtcdDefrag.psd1')

function Get-Median {
    param([double[]] $Value)

    $sorted = $Value | Sort-Object
    $middle = [Math]::Floor($sorted.Count / 2)
    $median = $sorted.Count % 2 ? $sorted[$middle] : ($sorted[$middle - 1] + $sorted[$middle]) / 2
    [Math]::Round($median, 1)
}

function Get-ServerMilliseconds {
    param([string[]] $Endpoint)

    $sum = 0.0
    foreach ($address in $Endpoint) {
        $page = Invoke-RestMethod "$address/metrics" -SkipCertificateCheck
        $sum += [double]::Parse(($page -split "`n" -match '^etcd_disk_backend_defrag_duration_seconds_sum')[0].Split(' ')[1], [cultureinfo]::InvariantCulture)
    }

    1000 * $sum
}

function Measure-Call {
    param([string] $Name, [scriptblock] $Call, [string[]] $Endpoint)

    foreach ($i in 1..5) {
        $null = & $Call
    }

    $server = Get-ServerMilliseconds $Endpoint
    $processor = (Get-Process -Id $PID).TotalProcessorTime.TotalMilliseconds
    $times = foreach ($i in 1..$Count) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $null = & $Call
        $watch.Elapsed.TotalMilliseconds
    }

    $own = [Math]::Round(((Get-Process -Id $PID).TotalProcessorTime.TotalMilliseconds - $processor) / $Count, 1)
    [pscustomobject]@{
        Call = $Name
        MedianMs = Get-Median $times
        FastestMs = [Math]::Round(($times | Measure-Object -Minimum).Minimum, 1)
        OwnMs = $own
        ServersMs = [Math]::Round(((Get-ServerMilliseconds $Endpoint) - $server) / $Count, 1)
    }
}

$cluster = Start-TestCluster
try {
    $e = $cluster.Endpoints
    Measure-Call 'Get-EtcdMemberStatus -Cluster' { Get-EtcdMemberStatus $e[0] -Cluster } $e
    Measure-Call 'Get-EtcdMemberStatus, three named' { Get-EtcdMemberStatus $e } $e
    Measure-Call 'Test-EtcdClusterHealth' { Test-EtcdClusterHealth $e[0] } $e
    Measure-Call 'Get-EtcdDefragPlan -Cluster' { Get-EtcdDefragPlan $e[0] -Cluster } $e
    Measure-Call 'Invoke-EtcdDefrag -Cluster' { Invoke-EtcdDefrag $e[0] -Cluster } $e
    Measure-Call 'New-EtcdConnection' { New-EtcdConnection $e } $e
}
finally {
    Stop-TestCluster $cluster
}
