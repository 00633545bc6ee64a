# Finds and imports the module that was built, and nothing that happens to be installed.

# Whatever the session prefers: the tests are about which errors are written.
$ErrorActionPreference = 'Continue'

$RepositoryRoot = (Resolve-Path "$PSScriptRoot/../../..").Path
$ModuleFolder = $env:ETCD_DEFRAG_MODULE ? $env:ETCD_DEFRAG_MODULE : (Join-Path $RepositoryRoot 'out/EtcdDefrag')
Import-Module (Join-Path $ModuleFolder 'EtcdDefrag.psd1') -ErrorAction Stop

# Runs a script in a process of its own, with the module imported; gives back the lines it wrote.
function Invoke-FreshPowerShell {
    param([Parameter(Mandatory)] [string] $Script)

    $env:NO_COLOR = '1'
    $import = "Import-Module '$ModuleFolder/EtcdDefrag.psd1' -ErrorAction Stop; "
    & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command ($import + $Script) 2>&1 | ForEach-Object { "$_" }
}
