<#
.SYNOPSIS
    Builds, tests, packages, documents or tries out EtcdDefrag.
.DESCRIPTION
    Needs the .NET SDK and nothing else. Runs in Windows PowerShell 5.1 and in PowerShell 7.
.PARAMETER Task
    Build    builds everything; the finished module is then under out/EtcdDefrag.
    Test     builds and runs every test.
    Package  builds, and makes out/packages/EtcdDefrag.<version>.nupkg for a gallery and out/packages/EtcdDefrag.zip for Azure Automation.
    Help     builds, and brings the pages in docs/en-US up to date with the cmdlets. Needs pwsh.
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
    [ValidateSet('Build', 'Test', 'Package', 'Help', 'Try')]
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
    # Without -nodeReuse:false a caller who reads this script's output through a pipe waits for nodes that MSBuild keeps.
    Invoke-DotNet build $solution --configuration $Configuration --nologo -nodeReuse:false
    Write-Host "The module is in $module."
}

function Invoke-Test {
    Invoke-DotNet test $solution --configuration $Configuration --nologo
}

function Invoke-Package {
    Invoke-Build
    $packages = Join-Path $out 'packages'
    & (Join-Path $PSScriptRoot 'build/Package/New-Package.ps1') -ModuleFolder $module -OutputFolder $packages
    Write-Host "The packages are in $packages."
}

function Invoke-Help {
    Invoke-Build
    & pwsh -NoProfile -File (Join-Path $PSScriptRoot 'docs/help/Update-Help.ps1')
    if ($LASTEXITCODE -ne 0) {
        exit $LASTEXITCODE
    }
}

function Invoke-Try {
    $program = Join-Path (Join-Path $PSScriptRoot 'src') 'EtcdDefrag.Cli'
    Invoke-DotNet run --project $program --configuration $Configuration '--' try
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
