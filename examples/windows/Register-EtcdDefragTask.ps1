#Requires -RunAsAdministrator

<#
.SYNOPSIS
    Registers the nightly defragmentation with Windows Task Scheduler.
.DESCRIPTION
    Copies Invoke-NightlyDefrag.ps1 to where only administrators may change it, and registers EtcdDefrag.xml with the endpoints given. A
    task of that name is replaced. The module EtcdDefrag has to be installed for all users.
.PARAMETER Endpoint
    One or more members of the cluster; the others are found.
.PARAMETER CACertificatePath
    The authorities that servers are trusted by. The local service must be able to read this file and the two below.
.PARAMETER CertificatePath
    The client certificate, a .pfx, or PEM together with KeyPath.
.PARAMETER KeyPath
    The client certificate's key.
.PARAMETER TaskName
    The task's name.
.EXAMPLE
    ./Register-EtcdDefragTask.ps1 -Endpoint 10.0.0.1:2379, 10.0.0.2:2379
.EXAMPLE
    ./Register-EtcdDefragTask.ps1 -Endpoint https://10.0.0.1:2379 -CACertificatePath C:\etcd\ca.crt -CertificatePath C:\etcd\client.crt -KeyPath C:\etcd\client.key
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^[A-Za-z0-9.:/\[\]-]+$')]
    [string[]] $Endpoint,

    [string] $CACertificatePath,
    [string] $CertificatePath,
    [string] $KeyPath,
    [string] $TaskName = 'EtcdDefrag'
)

$ErrorActionPreference = 'Stop'

function Set-Access([string] $Path, [string[]] $Arguments) {
    $output = icacls $Path @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "icacls $Path $Arguments ended with exit code ${LASTEXITCODE}: $output"
    }
}

# The task runs in another folder: its paths are absolute.
$files = foreach ($name in 'CACertificatePath', 'CertificatePath', 'KeyPath') {
    if ($PSBoundParameters.ContainsKey($name)) {
        " -$name '$((Resolve-Path -LiteralPath $PSBoundParameters[$name]).ProviderPath.Replace("'", "''"))'"
    }
}

$folder = Join-Path $env:ProgramData 'EtcdDefrag'
$script = Join-Path $folder 'Invoke-NightlyDefrag.ps1'
$task = [xml] (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'EtcdDefrag.xml') -Raw)
$task.Task.Actions.Exec.Command = (Get-Command pwsh -CommandType Application)[0].Source

# -Command, since -File takes a list for one string.
$task.Task.Actions.Exec.Arguments = "-NoProfile -NonInteractive -Command `"& '$script' -Endpoint $($Endpoint -join ',')$(-join $files); exit `$LASTEXITCODE`""

if ($PSCmdlet.ShouldProcess($TaskName, 'Register the scheduled task')) {
    $null = New-Item -ItemType Directory -Path $folder -Force

    # Administrators and the system may write, the service's user may add to the log and read the rest.
    Set-Access $folder '/inheritance:r', '/grant', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '*S-1-5-19:(OI)(CI)RX'
    $log = Join-Path $folder 'defrag.log'
    if (-not (Test-Path -LiteralPath $log)) {
        $null = New-Item -ItemType File -Path $log
    }

    Set-Access $log '/grant', '*S-1-5-19:M'
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'Invoke-NightlyDefrag.ps1') -Destination $script -Force
    Register-ScheduledTask -TaskName $TaskName -Xml $task.OuterXml -Force
}
