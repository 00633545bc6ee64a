#requires -Version 7.4
<#
.SYNOPSIS
Runs the tour in Steps.psd1 on a sandbox and writes docs/tour.md with the real output.

.DESCRIPTION
Run it from a built repository: dotnet pwsh docs/tour/Update-Tour.ps1 after ./build.ps1. -Pictures also takes pictures of the views in a real terminal; that
needs Xvfb, xterm and ImageMagick's import.
.PARAMETER Path
The file to write.
.PARAMETER Pictures
Takes the pictures in docs/images anew as well.
#>
param(
    [string] $Path = (Join-Path $PSScriptRoot '../tour.md'),
    [switch] $Pictures
)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$steps = (Import-PowerShellDataFile "$PSScriptRoot/Steps.psd1").Steps
. "$root/tests/Pester/Support/Cluster.ps1"
. "$root/tests/Pester/Support/Monitor.ps1"
. "$root/tests/Pester/Support/Pwsh.ps1"

# Every step runs in one PowerShell of its own, with the streams that it shows by default: warnings and -WhatIf come from its host.
function Get-Transcript($Endpoint) {
    $walk = {
        Set-Location $env:TOUR_ROOT
        [cultureinfo]::CurrentCulture = 'en-US'
        Set-Variable e $env:TOUR_ENDPOINT
        $PSStyle.OutputRendering = 'PlainText'
        foreach ($step in (Import-PowerShellDataFile docs/tour/Steps.psd1).Steps) {
            . ([scriptblock]::Create($step.Run)) 2>&1 | Out-String -Width 100
            '<next step>'
        }
    }
    $env:TOUR_ROOT, $env:TOUR_ENDPOINT = $root, $Endpoint
    $lines = Invoke-Pwsh '-NoProfile', '-Command', $walk.ToString() | ForEach-Object { "$_".TrimEnd() }
    if ($LASTEXITCODE -ne 0) {
        throw "The tour ended with exit code $($LASTEXITCODE): $($lines -join "`n")"
    }

    ($lines -join "`n") -split '<next step>' | ForEach-Object { $_.Trim("`n") }
}

function Save-Picture($Step, $Endpoint) {
    $number, $shown, $log = 1..3 | ForEach-Object { [IO.Path]::GetTempFileName() }
    $server = Start-Process Xvfb -ArgumentList '-displayfd', '1', '-screen', '0', '1070x370x24' -PassThru -RedirectStandardOutput $number -RedirectStandardError $log
    try {
        # It chooses a display that is free, and names it once it is ready.
        Wait-Until { Get-Content $number }
        $display = ":$(Get-Content $number)"
        $script = "[cultureinfo]::CurrentCulture = 'en-US'; Set-Location '$root'; Import-Module ./out/EtcdDefrag; `$e = '$Endpoint'; 'PS> ' + '$($Step.Run -replace "'", "''")'; $($Step.Run) | Out-Host; Set-Content '$shown' yes; Start-Sleep 60"
        $env:DISPLAY = $display
        $noColor, $env:NO_COLOR = $env:NO_COLOR, $null
        $terminal = Start-Process xterm -PassThru -ArgumentList @(
            '-fa', '"DejaVu Sans Mono"', '-fs', '11', '-geometry', '118x20+0+0', '-bg', '#101418', '-fg', '#d8dee9', '+sb', '-e'
            Get-PwshCommand
            '-NoProfile', '-NoLogo', '-EncodedCommand', [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script)))
        Wait-Until { Get-Content $shown } 60

        # The terminal draws what it has been sent.
        Start-Sleep 1
        & import -display $display -window root "$root/docs/images/$($Step.Picture).png"
        $env:NO_COLOR = $noColor
        $terminal.Kill($true)
    }
    finally {
        $server.Kill()
        Remove-Item $number, $shown, $log
    }
}

function Write-Tour($Outputs) {
    '# A tour'
    ''
    'Recorded by `docs/tour/Update-Tour.ps1` in a real PowerShell session, on a sandbox of three members (`dotnet run --project src/EtcdDefrag.Sandbox -- up --fill 64`). Only the sentences in between are written by hand.'
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
            "In a terminal: ![$($steps[$i].Run -replace '\|', '&#124;')](images/$($steps[$i].Picture).png)"
        }
    }
}

$cluster = Start-TestCluster -FillMiB 64
try {
    $endpoint = $cluster.Endpoints[0]
    if ($Pictures) {
        $null = New-Item -ItemType Directory -Force "$root/docs/images"
        foreach ($step in $steps.Where({ $_.Picture -and $_.Picture -ne 'result' })) {
            Save-Picture $step $endpoint
        }
    }

    $outputs = Get-Transcript $endpoint
    Write-Tour $outputs | Set-Content -LiteralPath $Path
    if ($Pictures) {
        Stop-TestCluster $cluster
        $cluster = Start-TestCluster -FillMiB 64
        Save-Picture ($steps.Where({ $_.Picture -eq 'result' })[0]) $cluster.Endpoints[0]
    }
}
finally {
    Stop-TestCluster $cluster
}
