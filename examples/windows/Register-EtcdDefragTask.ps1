#Requires -RunAsAdministrator

<#
.SYNOPSIS
    Registers the nightly defragmentation with Windows Task Scheduler.
.DESCRIPTION
    Copies Invoke-NightlyDefrag.ps1 to where only administrators may change it, and registers EtcdDefrag.xml with the endpoints given. A
    task of that name is replaced. PowerShell 7.4 or later and the module EtcdDefrag have to be installed for all users. Runs in Windows
    PowerShell too.
.PARAMETER Endpoint
    One or more members of the cluster; the others are found.
.PARAMETER CACertificatePath
    The authorities that servers are trusted by. The local service must be able to read this file and the two below.
.PARAMETER CertificatePath
    The client certificate, a .pfx, or PEM together with KeyPath.
.PARAMETER KeyPath
    The client certificate's key.
.PARAMETER CertificateThumbprint
    The client certificate in the machine's personal store, instead of files. The local service must be able to read its key.
.PARAMETER TaskName
    The task's name.
.EXAMPLE
    ./Register-EtcdDefragTask.ps1 -Endpoint 10.0.0.1:2379, 10.0.0.2:2379
.EXAMPLE
    ./Register-EtcdDefragTask.ps1 -Endpoint https://10.0.0.1:2379 -CACertificatePath C:\etcd\ca.crt -CertificateThumbprint 0123456789ABCDEF0123456789ABCDEF01234567
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

    [ValidatePattern('^[0-9A-Fa-f]{40}$')]
    [string] $CertificateThumbprint,

    [string] $TaskName = 'EtcdDefrag'
)

$ErrorActionPreference = 'Stop'

function Set-Access([string] $Path, [string[]] $Arguments) {
    $output = icacls $Path @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "icacls $Path $Arguments ended with exit code ${LASTEXITCODE}: $output"
    }
}

# The local service can start neither a PowerShell of the Store nor a user's alias for it; both lie under WindowsApps.
function Find-PowerShell {
    $places = @("$env:ProgramFiles\PowerShell\7\pwsh.exe", "$PSHOME\pwsh.exe") + @(Get-Command pwsh -CommandType Application -All -ErrorAction Ignore).Source
    $found = @($places | Where-Object { $_ -and $_ -notlike '*\WindowsApps\*' -and (Test-Path -LiteralPath $_) })
    if (-not $found) {
        throw 'There is no PowerShell 7 that the local service can start. Install it for all users: winget install --id Microsoft.PowerShell --source winget --installer-type wix'
    }

    $found[0]
}

# The task runs in another folder: its paths are absolute.
$tls = foreach ($name in 'CACertificatePath', 'CertificatePath', 'KeyPath') {
    if ($PSBoundParameters.ContainsKey($name)) {
        " -$name '$((Resolve-Path -LiteralPath $PSBoundParameters[$name]).ProviderPath.Replace("'", "''"))'"
    }
}

if ($CertificateThumbprint) {
    $tls = @($tls) + " -CertificateThumbprint $CertificateThumbprint"
}

$folder = Join-Path $env:ProgramData 'EtcdDefrag'
$script = Join-Path $folder 'Invoke-NightlyDefrag.ps1'
$log = Join-Path $folder 'defrag.log'
$task = [xml] (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'EtcdDefrag.xml') -Raw)
$task.Task.Actions.Exec.Command = Find-PowerShell

# -Command, since -File takes a list for one string.
$task.Task.Actions.Exec.Arguments = "-NoProfile -NonInteractive -Command `"& '$script' -Endpoint $($Endpoint -join ',')$(-join $tls) -LogPath '$log'; exit `$LASTEXITCODE`""

if ($PSCmdlet.ShouldProcess($TaskName, 'Register the scheduled task')) {
    $null = New-Item -ItemType Directory -Path $folder -Force

    # Administrators and the system may write, the service's user may add to the log and read the rest.
    Set-Access $folder '/inheritance:r', '/grant', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '*S-1-5-19:(OI)(CI)RX'
    if (-not (Test-Path -LiteralPath $log)) {
        $null = New-Item -ItemType File -Path $log
    }

    Set-Access $log '/grant', '*S-1-5-19:M'
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'Invoke-NightlyDefrag.ps1') -Destination $script -Force
    Register-ScheduledTask -TaskName $TaskName -Xml $task.OuterXml -Force
}
