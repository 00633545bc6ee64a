<#
.SYNOPSIS
    Runs tests in Windows processes under Wine, on Linux: an emulator, not Windows. See README.md beside this.
.PARAMETER Suite
    Pester, Unit, Cli (the command's tests among the integration tests); all of them without it.
.PARAMETER Filter
    Pester: the files to run, such as Snapshot*. Else a part of the tests' names.
.PARAMETER EtcdFolder
    The folder of an etcd.exe. ETCD_BIN without it.
.PARAMETER Minutes
    How long a suite may take.
#>
[CmdletBinding()]
param(
    [ValidateSet('Pester', 'Unit', 'Cli')]
    [string[]] $Suite = ('Unit', 'Pester', 'Cli'),

    [string] $Filter = '',
    [string] $EtcdFolder = $env:ETCD_BIN,
    [int] $Minutes = 30
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
function Invoke-Wine([string] $Command, [hashtable] $More) {
    $start = [Diagnostics.ProcessStartInfo]::new('timeout', [string[]] ("${Minutes}m", 'script', '-qec', "stty cols 200; exec '$wine' $Command", '/dev/null'))
    foreach ($variable in ($settings + $More).GetEnumerator()) {
        $start.Environment[$variable.Key] = $variable.Value
    }

    $start.RedirectStandardInput = $true
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $process.WaitForExit()
    $process.ExitCode
}

if (-not (Test-Path $settings.WINEPREFIX)) {
    $null = Invoke-Wine 'wineboot -i' @{}
}

$failed = @(foreach ($name in $Suite) {
        Write-Host "== $name, under Wine"
        $code = if ($name -eq 'Pester') {
            $pwsh = Get-ChildItem "$packages/powershell/*/tools/*/any/win/pwsh.exe" | Select-Object -Last 1
            $pester = Get-ChildItem "$packages/pester/*/tools/Pester.psd1" | Select-Object -Last 1
            $files = ConvertTo-WindowsPath "$root/tests/Pester/$($Filter ? $Filter : '*').Tests.ps1"
            Invoke-Wine "'$pwsh' -NoProfile -NonInteractive -File '$(ConvertTo-WindowsPath "$PSScriptRoot/Invoke-Suite.ps1")' -Pester '$(ConvertTo-WindowsPath $pester)' -Path '$files'" @{}
        } else {
            $project, $assembly, $filter = $name -eq 'Unit' ? ('Unit', 'EtcdDefrag.Unit.Tests', $Filter) : ('Integration', 'EtcdDefrag.Integration.Tests', ($Filter ? $Filter : '.Cli.'))
            $tests = "$bin/$project/release/$assembly"
            Invoke-Wine "'$tests.exe'" @{
                DOTNET_STARTUP_HOOKS = ConvertTo-WindowsPath "$stand/dotnet.dll"
                ETCD_DEFRAG_TESTS = ConvertTo-WindowsPath "$tests.dll"
                ETCD_DEFRAG_TEST_FILTER = $filter

                # A datagram that arrives ends the whole process: Wine gives .NET the address of its sender in a size that there is not.
                ETCD_DEFRAG_TEST_LEFT_OUT = '.Dns'
            }
        }

        if ($code -ne 0) {
            Write-Host "$name ended with exit code $code."
            $name
        }
    })
exit [int] ($failed.Count -gt 0)
