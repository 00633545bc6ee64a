<#
.SYNOPSIS
    Builds, tests, packages or tries out EtcdDefrag.
.DESCRIPTION
    Needs the .NET SDK and nothing else. Runs in Windows PowerShell 5.1 and in PowerShell 7.
.PARAMETER Task
    Build    builds everything; the finished module is then under out/EtcdDefrag.
    Test     builds and runs every test.
    Package  builds and makes out/EtcdDefrag-<version>.zip.
    Try      starts a cluster, fills it, defragments it, shows what was won, and cleans up.
    Several tasks run one after the other.
.PARAMETER Configuration
    Release (default) or Debug.
.EXAMPLE
    ./build.ps1
.EXAMPLE
    ./build.ps1 -Task Test, Package
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Package', 'Try')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$solution = Join-Path $PSScriptRoot 'EtcdDefrag.PowerShell.sln'
$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'EtcdDefrag'

function Invoke-DotNet {
    & dotnet $args
    if ($LASTEXITCODE -ne 0) {
        Write-Host "dotnet $args ended with exit code $LASTEXITCODE."
        exit $LASTEXITCODE
    }
}

function Invoke-Build {
    Invoke-DotNet build $solution --configuration $Configuration --nologo
    Write-Host "The module is in $module."
}

function Invoke-Test {
    Invoke-DotNet test $solution --configuration $Configuration --nologo
}

function Invoke-Package {
    Invoke-Build
    $version = (Import-PowerShellDataFile (Join-Path $module 'EtcdDefrag.psd1')).ModuleVersion
    $package = Join-Path $out "EtcdDefrag-$version.zip"
    Compress-Archive -Path $module -DestinationPath $package -Force
    Write-Host "The package is $package."
}

function Invoke-Try {
    $program = Join-Path (Join-Path $PSScriptRoot 'src') 'EtcdDefrag.Cli'
    Invoke-DotNet run --project $program --configuration $Configuration '--' try
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
