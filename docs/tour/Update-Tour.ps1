#requires -Version 7.4
<#
.SYNOPSIS
Walks the tour in Steps.psd1 on a sandbox and writes docs/tour.md with what really came out.

.DESCRIPTION
Run it from a built repository (./build.ps1). -Pictures also takes pictures of the views in a real terminal; that needs Xvfb, xterm and ImageMagick's import.
#>
param([switch] $Pictures)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$steps = (Import-PowerShellDataFile "$PSScriptRoot/Steps.psd1").Steps
. "$root/tests/Pester/Support/Cluster.ps1"

# Every step runs in one PowerShell of its own, whose host's lines (-WhatIf) are read too.
function Get-Transcript($Endpoint) {
    $walk = {
        Set-Location $env:TOUR_ROOT
        $e = $env:TOUR_ENDPOINT
        $PSStyle.OutputRendering = 'PlainText'
        foreach ($step in (Import-PowerShellDataFile docs/tour/Steps.psd1).Steps) {
            . ([scriptblock]::Create($step.Run)) *>&1 | Out-String -Width 100
            '<next step>'
        }
    }
    $env:TOUR_ROOT, $env:TOUR_ENDPOINT = $root, $Endpoint
    $lines = pwsh -NoProfile -Command $walk.ToString() | ForEach-Object { "$_".TrimEnd() }
    ($lines -join "`n") -split '<next step>' | ForEach-Object { $_.Trim("`n") }
}

function Save-Picture($Step, $Endpoint, $Number) {
    $display = ":$(70 + $Number)"
    $server = Start-Process Xvfb -ArgumentList $display, '-screen', '0', '1100x260x24' -PassThru -RedirectStandardError ([IO.Path]::GetTempFileName())
    try {
        $script = "Set-Location '$root'; Import-Module ./out/EtcdDefrag; `$e = '$Endpoint'; 'PS> ' + '$($Step.Run -replace "'", "''")'; $($Step.Run) | Out-Host; Start-Sleep 30"
        $env:DISPLAY = $display
        $noColor, $env:NO_COLOR = $env:NO_COLOR, $null
        $terminal = Start-Process xterm -PassThru -ArgumentList '-fa', '"DejaVu Sans Mono"', '-fs', '11', '-geometry', '118x14+0+0', '-bg', '#101418', '-fg', '#d8dee9', '+sb', '-e',
        'pwsh', '-NoProfile', '-NoLogo', '-EncodedCommand', ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script)))
        Start-Sleep 8
        & import -display $display -window root "$root/docs/images/$($Step.Picture).png"
        $env:NO_COLOR = $noColor
        $terminal.Kill($true)
    }
    finally {
        $server.Kill()
    }
}

function Write-Tour($Outputs) {
    '# A tour'
    ''
    'Walked by `docs/tour/Update-Tour.ps1` in a real PowerShell on a sandbox of three members, `etcd-defrag sandbox --fill 64`. Nothing below is written by hand but the sentences between.'
    for ($i = 0; $i -lt $steps.Count; $i++) {
        ''
        $steps[$i].Say
        ''
        '```powershell'
        $steps[$i].Run
        '```'
        ''
        '```text'
        $Outputs[$i]
        '```'
        if ($steps[$i].Picture) {
            ''
            "In a terminal with colours: ![$($steps[$i].Run -replace '\|', '&#124;')](images/$($steps[$i].Picture).png)"
        }
    }
}

$cluster = Start-TestCluster -FillMiB 64
try {
    $endpoint = $cluster.Endpoints[0]
    if ($Pictures) {
        $null = New-Item -ItemType Directory -Force "$root/docs/images"
        $number = 0
        foreach ($step in $steps.Where({ $_.Picture -and $_.Picture -ne 'result' })) {
            Save-Picture $step $endpoint ($number++)
        }
    }

    $outputs = Get-Transcript $endpoint
    Write-Tour $outputs | Set-Content "$root/docs/tour.md"
    if ($Pictures) {
        Stop-TestCluster $cluster
        $cluster = Start-TestCluster -FillMiB 64
        Save-Picture ($steps.Where({ $_.Picture -eq 'result' })[0]) $cluster.Endpoints[0] 9
    }
}
finally {
    Stop-TestCluster $cluster
}
