<#
.SYNOPSIS
    Builds, tests, packages, documents or tries out EtcdDefrag.
.DESCRIPTION
    Needs the .NET SDK and nothing else: 'dotnet tool restore' brings a PowerShell, 'dotnet pwsh ./build.ps1' runs this in it. Runs in
    Windows PowerShell 5.1 and in any PowerShell 7 too.
.PARAMETER Task
    Build    builds everything; the finished module is then under out/EtcdDefrag.
    Test     builds and runs every test.
    Package  builds, and makes out/packages/EtcdDefrag.<version>.nupkg for a gallery and out/packages/EtcdDefrag.zip for Azure Automation.
    Help     builds, and brings the pages in docs/en-US up to date with the cmdlets.
    Try      starts a cluster, fills it, defragments it, shows what was won, and cleans up.
    TestWindows  runs tests in Windows processes under Wine, where there is one: see tests/Wine/README.md.
    Several tasks run one after the other; what several of them need is built once.
.PARAMETER Configuration
    Release (default) or Debug.
.EXAMPLE
    ./build.ps1
.EXAMPLE
    ./build.ps1 -Task Test, Package
.EXAMPLE
    dotnet pwsh ./build.ps1 -Task Test, Package
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    # Any other shell hands 'Build, Test' over as two words, of which the first is 'Build,'.
    [Parameter(ValueFromRemainingArguments, DontShow)]
    [string[]] $FurtherTask
)

$ErrorActionPreference = 'Stop'
$tasks = @(@($Task) + @($FurtherTask) -split '[,\s]+' | Where-Object { $_ })
$known = 'Build', 'Test', 'Package', 'Help', 'Try', 'TestWindows'
$unknown = @($tasks | Where-Object { $_ -notin $known })
if ($unknown) {
    throw "There is no task '$($unknown -join "', '")'. The tasks are $($known -join ', ')."
}

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

# A caller who reads this script's output through a pipe would wait for nodes that MSBuild keeps. Quoted, since PowerShell makes two
# words of it where it goes through $args.
$noNodes = '-nodeReuse:false'

function Invoke-Build {
    if (-not $script:isBuilt) {
        Invoke-DotNet build $solution --configuration $Configuration --nologo $noNodes
        $script:isBuilt = $true
        Write-Host "The module is in $module."
    }
}

function Invoke-Test {
    Invoke-DotNet test $solution --configuration $Configuration --nologo $noNodes
}

function Invoke-Package {
    Invoke-Build
    $packages = Join-Path $out 'packages'
    & (Join-Path $PSScriptRoot 'build/Package/New-Package.ps1') -ModuleFolder $module -OutputFolder $packages
    Write-Host "The packages are in $packages."
}

function Invoke-Help {
    Invoke-Build
    Invoke-DotNet tool restore
    Invoke-DotNet tool run pwsh '--' -NoProfile -File (Join-Path $PSScriptRoot 'docs/help/Update-Help.ps1')
}

function Invoke-Try {
    $program = Join-Path (Join-Path $PSScriptRoot 'src') 'EtcdDefrag.Sandbox'
    Invoke-DotNet run --project $program --configuration $Configuration '--' try
}

function Invoke-TestWindows {
    Invoke-Build
    Invoke-DotNet tool restore
    Invoke-DotNet tool run pwsh '--' -NoProfile -File (Join-Path $PSScriptRoot 'tests/Wine/Invoke-WineTest.ps1')
}

# Where dotnet looks for the tools of this repository.
Push-Location $PSScriptRoot
try {
    $isBuilt = $false
    foreach ($name in $tasks) {
        & "Invoke-$name"
    }
}
finally {
    Pop-Location
}
