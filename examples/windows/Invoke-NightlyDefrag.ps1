#Requires -Version 7.4

<#
.SYNOPSIS
    Defragments the members of an etcd cluster that need it; what a scheduled task runs.
.PARAMETER Endpoint
    One or more members of the cluster; the others are found.
.PARAMETER Policy
    When a member is worth its pause.
.PARAMETER Rule
    A rule instead of a policy, for example 'dbQuotaUsage > 80% or dbSizeFree > 200MiB'.
.PARAMETER PauseSeconds
    The pause between two members.
.PARAMETER CACertificatePath
    The authorities that servers are trusted by.
.PARAMETER CertificatePath
    The client certificate, a .pfx, or PEM together with KeyPath.
.PARAMETER KeyPath
    The client certificate's key.
.PARAMETER CertificateThumbprint
    The client certificate in a personal store, instead of files.
.PARAMETER LogPath
    The file that results and errors are added to.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string[]] $Endpoint,

    [string] $Policy = 'Balanced',
    [string] $Rule = '',
    [double] $PauseSeconds = 36,
    [string] $CACertificatePath,
    [string] $CertificatePath,
    [string] $KeyPath,
    [string] $CertificateThumbprint,
    [string] $LogPath = (Join-Path ([Environment]::GetFolderPath('CommonApplicationData')) 'EtcdDefrag' 'defrag.log')
)

$ErrorActionPreference = 'Stop'
$connection = @{}
foreach ($name in 'CACertificatePath', 'CertificatePath', 'KeyPath', 'CertificateThumbprint') {
    if ($PSBoundParameters.ContainsKey($name)) {
        $connection[$name] = $PSBoundParameters[$name]
    }
}

$worth = $Rule ? @{ Rule = $Rule } : @{ Policy = $Policy }
$failed = $false

function Add-Line([string] $Text) {
    Add-Content -LiteralPath $LogPath -Value "$(Get-Date -Format s) $Text"
}

try {
    Import-Module EtcdDefrag

    # A member that fails is an error besides its result. It must not end the pipeline: the results of the others belong in the log.
    Invoke-EtcdDefrag -Endpoint $Endpoint -Cluster @worth -PauseSeconds $PauseSeconds @connection -ErrorAction Continue -ErrorVariable problems | ForEach-Object {
        $reclaimed = $null -ne $_.BytesReclaimed ? ", reclaimed $($_.BytesReclaimed) bytes" : ''
        Add-Line "$($_.Endpoint) $($_.Outcome)$reclaimed. $($_.Reason)"
        $failed = $failed -or $_.Outcome -in 'Failed', 'Unknown', 'NotAttempted'
    }

    $problems | ForEach-Object { "$_" } | Select-Object -Unique | ForEach-Object { Add-Line $_ }
    $failed = $failed -or $problems.Count -gt 0
} catch {
    Add-Line "$_"
    $failed = $true
}

# The scheduler shows it as the task's last result.
exit [int] $failed
