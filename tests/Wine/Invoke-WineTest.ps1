<#
.SYNOPSIS
    Runs tests in Windows processes under Wine, on Linux: an emulator, not Windows. See README.md beside this.
.PARAMETER Suite
    Pester, Unit, Cli (the command's tests among the integration tests); all of them without it.
.PARAMETER Filter
    How the names of the files begin whose tests are run, such as Snapshot.
.PARAMETER EtcdFolder
    The folder of an etcd.exe. ETCD_BIN without it.
.PARAMETER Minutes
    How long the tests of one file may take.
#>
[CmdletBinding()]
param(
    [ValidateSet('Pester', 'Unit', 'Cli')]
    [string[]] $Suite = ('Unit', 'Pester', 'Cli'),

    [string] $Filter = '',
    [string] $EtcdFolder = $env:ETCD_BIN,
    [int] $Minutes = 5
)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$out = Join-Path $root 'out/wine'
$artifacts = Join-Path $out 'artifacts'
$wine = @($env:WINE; (Get-Command wine64, wine -CommandType Application -ErrorAction Ignore).Source; '/usr/lib/wine/wine64') |
    Where-Object { $_ -and (Test-Path -LiteralPath $_) } | Select-Object -First 1
if (-not $wine) {
    throw 'There is no Wine. Install one (on Debian: apt-get install wine64), or name its program in WINE.'
}

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $args ended with exit code $LASTEXITCODE."
    }
}

# The drive Z: of Wine is the machine's root.
function ConvertTo-WindowsPath([string] $Path) {
    'Z:' + $Path.Replace('/', '\')
}

function Build([string] $Project, [string[]] $Arguments) {
    Invoke-DotNet build (Join-Path $root $Project) --configuration Release '-p:DefaultAppHostRuntimeIdentifier=win-x64' '-p:UseAppHost=true' --artifacts-path $artifacts --nologo '-nodeReuse:false' @Arguments |
        Where-Object { $_ -match 'error|=' } | ForEach-Object { "$_".Trim() }
}

# Where a Windows program finds its runtime: the folders that an installation has, of the packages that NuGet restored.
function New-Runtime([string] $Packages, [string] $Version, [string] $Folder) {
    foreach ($framework in 'NETCore', 'AspNetCore', 'WindowsDesktop') {
        $package = Join-Path $Packages "microsoft.$($framework.ToLowerInvariant()).app.runtime.win-x64/$Version/runtimes/win-x64"
        $shared = New-Item -ItemType Directory -Force (Join-Path $Folder "shared/Microsoft.$framework.App/$Version")
        Get-ChildItem "$package/lib/*", "$package/native" -File -Recurse | Copy-Item -Destination $shared
    }

    $fxr = New-Item -ItemType Directory -Force (Join-Path $Folder "host/fxr/$Version")
    Copy-Item (Join-Path $Folder "shared/Microsoft.NETCore.App/$Version/hostfxr.dll") $fxr
}

$shown = @(Build 'tests/Wine' '-target:Build', '-target:ShowPackages')
$packages = $shown -match '^packages=' -replace '^packages=' | Select-Object -First 1
$version = $shown -match '^runtime=' -replace '^runtime=' | Select-Object -First 1
$runtime = Join-Path $out "dotnet-$version"
if (-not (Test-Path $runtime)) {
    New-Runtime $packages $version "$runtime.part"
    Move-Item "$runtime.part" $runtime
}

$null = if ('Pester' -in $Suite) { Build 'src/EtcdDefrag.Sandbox' }
$null = if ('Unit' -in $Suite) { Build 'tests/Unit' }
$null = if ('Cli' -in $Suite) { Build 'tests/Integration' }
$bin = Join-Path $artifacts 'bin'
$stand = Join-Path $bin 'Wine/release'
$settings = @{
    # What .NET needs under Wine 8: pages are not writable and executable at two addresses, and AVX-512 is announced but missing.
    DOTNET_EnableWriteXorExecute = '0'
    DOTNET_EnableAVX512F = '0'
    DOTNET_ROOT = ConvertTo-WindowsPath $runtime
    DOTNET_HOST_PATH = ConvertTo-WindowsPath "$stand/dotnet.exe"
    WINEPREFIX = Join-Path $out 'prefix'
    WINEDEBUG = '-all'
    WINEDLLOVERRIDES = 'mshtml,winedbg.exe='
    WINEPATH = ConvertTo-WindowsPath $stand
    DISPLAY = ''
    NO_COLOR = '1'
    POWERSHELL_TELEMETRY_OPTOUT = '1'
    ETCD_BIN = if ($EtcdFolder) { ConvertTo-WindowsPath (Resolve-Path $EtcdFolder).Path }
    ETCD_DEFRAG_MODULE = ConvertTo-WindowsPath (Join-Path $root 'out/EtcdDefrag')
    ETCD_DEFRAG_SANDBOX = ConvertTo-WindowsPath "$bin/EtcdDefrag.Sandbox/release/EtcdDefrag.Sandbox.dll"
}

# A Windows PowerShell needs a console; util-linux' script gives it one. Nothing may wait for an answer.
function Invoke-Wine([string] $Command, [hashtable] $More = @{}) {
    $record = Join-Path $out 'record.txt'
    $start = [Diagnostics.ProcessStartInfo]::new('timeout', [string[]] ("${Minutes}m", 'script', '-qec', "stty cols 200; exec '$wine' $Command", $record))
    foreach ($variable in ($settings + $More).GetEnumerator()) {
        $start.Environment[$variable.Key] = $variable.Value
    }

    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $null = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    (Get-Content $record) -replace '\e\][^\a]*\a|\e\[[?0-9;]*[a-zA-Z]' | Where-Object { $_ -notmatch '^Script (started|done)' }
}

# One process for the tests of one file: Wine ends some of them ("SuspendThread failed with error 5"), whatever they do.
function Invoke-TestFile([string] $Suite, [IO.FileInfo] $File) {
    if ($Suite -eq 'Pester') {
        $pwsh = Get-ChildItem "$packages/powershell/*/tools/*/any/win/pwsh.exe" | Select-Object -Last 1
        $pester = Get-ChildItem "$packages/pester/*/tools/Pester.psd1" | Select-Object -Last 1
        $script = ConvertTo-WindowsPath "$PSScriptRoot/Invoke-Suite.ps1"
        return Invoke-Wine "'$pwsh' -NoProfile -NonInteractive -File '$script' -Pester '$(ConvertTo-WindowsPath $pester)' -Path '$(ConvertTo-WindowsPath $File)'"
    }

    $project, $assembly = $Suite -eq 'Unit' ? ('Unit', 'EtcdDefrag.Unit.Tests') : ('Integration', 'EtcdDefrag.Integration.Tests')
    $tests = "$bin/$project/release/$assembly"
    Invoke-Wine "'$tests.exe'" @{
        DOTNET_STARTUP_HOOKS = ConvertTo-WindowsPath "$stand/dotnet.dll"
        ETCD_DEFRAG_TESTS = ConvertTo-WindowsPath "$tests.dll"
        ETCD_DEFRAG_TEST_CLASS = $File.BaseName
    }
}

if (-not (Test-Path $settings.WINEPREFIX)) {
    $null = Invoke-Wine 'wineboot -i'
}

$folders = @{ Unit = 'tests/Unit'; Pester = 'tests/Pester'; Cli = 'tests/Integration/Cli' }
$total = [ordered] @{ passed = 0; failed = 0; skipped = 0 }
foreach ($name in $Suite) {
    $files = Get-ChildItem (Join-Path $root $folders[$name]) -Recurse -Include '*Tests.cs', '*.Tests.ps1' |
        Where-Object { $_.Name -like "$Filter*" -and $_.FullName -notmatch '[\\/](bin|obj|Dns)[\\/]' }
    foreach ($file in $files) {
        $lines = Invoke-TestFile $name $file
        if (-not ($lines -match '^\d+ passed, ')) {
            Write-Host "$name $($file.BaseName): ended, and is started once more. $(@($lines) -match 'error|exception' | Select-Object -First 1)"
            $lines = Invoke-TestFile $name $file
        }

        $counts = @($lines) -match '^\d+ passed, ' | Select-Object -Last 1
        if ($counts -match '^(\d+) passed, (\d+) failed, (\d+) skipped') {
            $total.passed += $Matches[1]
            $total.failed += $Matches[2]
            $total.skipped += $Matches[3]
        } else {
            $total.failed++
        }

        if ($counts -notmatch ' 0 failed') {
            $lines | Write-Host
        }

        Write-Host "$name $($file.BaseName): $($counts ?? 'ended before its tests did')"
    }
}

Write-Host "$($total.passed) passed, $($total.failed) failed, $($total.skipped) skipped, under Wine"
exit [int] ($total.failed -gt 0 -or $total.passed -eq 0)
