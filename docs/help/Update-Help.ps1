<#
.SYNOPSIS
    Brings the pages in docs/en-US up to date with the cmdlets of the module that was built.
.DESCRIPTION
    Writes each page's syntax and parameters anew; the words stay. Says which parameters nobody has described yet, and begins the page
    of a cmdlet that has none.
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
    $page = (Test-Path $path) ? (Get-Content $path -Raw) : (New-HelpPage $cmdlet.Name)
    Find-HelpGap $cmdlet $page $shared | Write-Warning
    [IO.File]::WriteAllText($path, (Format-HelpPage $cmdlet $page $shared))
}
