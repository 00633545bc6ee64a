#Requires -Version 7.4

<#
.SYNOPSIS
    Defragments the members of an etcd cluster that need it; what a scheduled task runs.
.PARAMETER Endpoint
    One or more members of the cluster; the others are found.
.PARAMETER CACertificatePath
    The authorities that servers are trusted by.
.PARAMETER CertificatePath
    The client certificate, a .pfx, or PEM together with KeyPath.
.PARAMETER KeyPath
    The client certificate's key.
.PARAMETER LogPath
    The file that results and errors are added to.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string[]] $Endpoint,

    [string] $CACertificatePath,
    [string] $CertificatePath,
    [string] $KeyPath,
    [string] $LogPath = (Join-Path ([Environment]::GetFolderPath('CommonApplicationData')) 'EtcdDefrag' 'defrag.log')
)

$ErrorActionPreference = 'Stop'
$connection = @{}
foreach ($name in 'CACertificatePath', 'CertificatePath', 'KeyPath') {
    if ($PSBoundParameters.ContainsKey($name)) {
        $connection[$name] = $PSBoundParameters[$name]
    }
}

try {
    Import-Module EtcdDefrag
    $results = @(Invoke-EtcdDefrag -Endpoint $Endpoint -Cluster -Policy Balanced -PauseSeconds 36 @connection)
    $lines = $results | ForEach-Object { "$($_.Endpoint) $($_.Outcome), won $($_.BytesReclaimed) bytes. $($_.Reason)" }
    $failed = @($results | Where-Object Outcome -in 'Failed', 'Unknown', 'NotAttempted').Count -gt 0
} catch {
    $lines = "$_"
    $failed = $true
}

$now = Get-Date -Format s
$lines | ForEach-Object { "$now $_" } | Add-Content -LiteralPath $LogPath

# The scheduler shows it as the task's last result.
exit [int] $failed
