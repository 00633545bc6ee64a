<#
.SYNOPSIS
    Brings the pages in docs/en-US up to date with the cmdlets of the module that was built.
.DESCRIPTION
    Writes each page's syntax and parameters anew; the words stay. Says which parameters nobody has described yet.
    ./build.ps1 -Task Help builds the module first and then runs this.
#>
[CmdletBinding()]
param(
    [string] $ModuleFolder = (Join-Path $PSScriptRoot '../../out/EtcdDefrag')
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/HelpPage.ps1"
Import-Module (Join-Path $ModuleFolder 'EtcdDefrag.psd1') -Force
$shared = Get-Content "$PSScriptRoot/Parameters.md" -Raw
foreach ($cmdlet in (Get-Module EtcdDefrag).ExportedCmdlets.Values) {
    $path = Join-Path $PSScriptRoot "../en-US/$($cmdlet.Name).md"
    $page = Get-Content $path -Raw
    Find-HelpGap $cmdlet $page $shared | Write-Warning
    [IO.File]::WriteAllText((Resolve-Path $path), (Format-HelpPage $cmdlet $page $shared))
}
