# Finds and imports the module that was built, and nothing that happens to be installed.

. "$PSScriptRoot/Pwsh.ps1"

# Whatever the session prefers: the tests are about which errors are written.
$ErrorActionPreference = 'Continue'

# Warnings are looked at through -WarningVariable; which there are depends on the version of etcd that was found.
$WarningPreference = 'SilentlyContinue'

$RepositoryRoot = (Resolve-Path "$PSScriptRoot/../../..").Path
$ModuleFolder = $env:ETCD_DEFRAG_MODULE ? $env:ETCD_DEFRAG_MODULE : (Join-Path $RepositoryRoot 'out/EtcdDefrag')
Import-Module (Join-Path $ModuleFolder 'EtcdDefrag.psd1') -ErrorAction Stop

# The guards of a run. They are internal; their names, and what overrides them, are documented.
function Get-Guard {
    $guards = [EtcdDefrag.Execution.EtcdDefragResult].Assembly.GetType('EtcdDefrag.Execution.Guarding.Guards')
    foreach ($name in 'All', 'InRun') {
        foreach ($guard in $guards.GetProperty($name).GetValue($null)) {
            [pscustomobject]@{ Name = $guard.Name; Remedy = $guard.Remedy; CanBeForced = $guard.CanBeForced; MayPass = $guard.MayPass; Source = $name }
        }
    }
}

# Runs a script in a process of its own, with the module imported; gives back the lines it wrote.
function Invoke-FreshPowerShell {
    param([Parameter(Mandatory)] [string] $Script)

    $env:NO_COLOR = '1'
    $import = "Import-Module '$ModuleFolder/EtcdDefrag.psd1' -ErrorAction Stop; "
    Invoke-Pwsh '-NoProfile', '-NonInteractive', '-Command', ($import + $Script) 2>&1 | ForEach-Object { "$_" }
}

# Starts the same without waiting for it; its output is to be read from the process that is given back.
function Start-FreshPowerShell {
    param([Parameter(Mandatory)] [string] $Script)

    $program, $first = Get-PwshCommand
    $start = [Diagnostics.ProcessStartInfo]::new($program)
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $start.Environment['NO_COLOR'] = '1'
    $import = "Import-Module '$ModuleFolder/EtcdDefrag.psd1' -ErrorAction Stop; "
    foreach ($argument in @($first; '-NoProfile'; '-NonInteractive'; '-Command'; $import + $Script)) {
        $start.ArgumentList.Add($argument)
    }

    [Diagnostics.Process]::Start($start)
}

# A PowerShell of its own in this process, with the module imported: it can be stopped, as by Ctrl+C, and its streams be looked at.
function New-InnerPowerShell {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("Import-Module '$ModuleFolder/EtcdDefrag.psd1'").Invoke()
    $shell.Commands.Clear()
    $shell
}

# The presets that -Policy knows, the default first.
function Get-Preset {
    [EtcdDefrag.Policy.EtcdDefragPolicy].Assembly.GetType('EtcdDefrag.Policy.PolicyPresets').GetProperty('All').GetValue($null)
}
