#Requires -Version 7.4

<#
.SYNOPSIS
    Defragments the members of an etcd cluster that need it. An Azure Automation runbook for PowerShell 7.4 on a hybrid worker.
.DESCRIPTION
    etcd is reached from inside its network, so the runbook belongs on a hybrid runbook worker there, with the module EtcdDefrag installed.
    The user is a credential asset, the client certificate an exportable certificate asset; neither is written anywhere.
    A job that could not do all that was due fails, and says why.
.PARAMETER Endpoint
    One or more members of the cluster, comma-separated; the others are found.
.PARAMETER CredentialName
    The credential asset of etcd's user; empty where authentication is off.
.PARAMETER CertificateName
    The certificate asset of the client; empty where none is asked for.
.PARAMETER CACertificatePath
    The file on the worker with the authorities that servers are trusted by; empty for the system's.
.PARAMETER Policy
    When a member is worth its pause.
.PARAMETER Rule
    A rule instead of a policy, for example 'dbQuotaUsage > 80% or dbSizeFree > 200MiB'.
.PARAMETER PauseSeconds
    The pause between two members.
.PARAMETER DryRun
    Shows the plan and changes nothing.
#>
[CmdletBinding()]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', 'CredentialName', Justification = 'The name of an asset, not a secret.')]
param(
    [Parameter(Mandatory)]
    [string] $Endpoint,

    [string] $CredentialName = '',
    [string] $CertificateName = '',
    [string] $CACertificatePath = '',
    [string] $Policy = 'Balanced',
    [string] $Rule = '',
    [int] $PauseSeconds = 36,
    [bool] $DryRun = $false
)

$ErrorActionPreference = 'Stop'
Import-Module EtcdDefrag

$parameters = @{ Endpoint = $Endpoint -split ',' }
if ($CredentialName) {
    $parameters.Credential = Get-AutomationPSCredential -Name $CredentialName
}

if ($CertificateName) {
    $parameters.Certificate = Get-AutomationCertificate -Name $CertificateName
}

if ($CACertificatePath) {
    $parameters.CACertificatePath = $CACertificatePath
}

$connection = New-EtcdConnection @parameters
$worth = $Rule ? @{ Rule = $Rule } : @{ Policy = $Policy }
if ($DryRun) {
    Get-EtcdDefragPlan -Connection $connection -Cluster @worth
    return
}

# A member that fails is an error besides its result. It must not end the pipeline: the job's output keeps every result, without the
# connection, which is of no use in it.
Invoke-EtcdDefrag -Connection $connection -Cluster @worth -PauseSeconds $PauseSeconds -ErrorAction Continue -ErrorVariable problems -OutVariable results |
    Select-Object -Property Endpoint, Name, Outcome, DbSizeBefore, DbSizeAfter, BytesReclaimed, Duration, Reason
$open = @($results | Where-Object Outcome -in 'Failed', 'Unknown', 'NotAttempted' | ForEach-Object { "$($_.Endpoint) $($_.Outcome). $($_.Reason)" })
if ($open.Count + $problems.Count -gt 0) {
    throw "Not done: $(($open.Count -gt 0 ? $open : @($problems | ForEach-Object { "$_" } | Select-Object -Unique)) -join ' ')"
}
