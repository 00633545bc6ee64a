<#
.SYNOPSIS
    Makes the packages out of the finished module: EtcdDefrag.VERSION.nupkg for a gallery, EtcdDefrag.zip for Azure Automation.
.DESCRIPTION
    Both hold the module folder as it is: the nupkg at its root, the zip in a folder EtcdDefrag. Runs in Windows PowerShell 5.1 and
    in PowerShell 7.
.PARAMETER ModuleFolder
    The finished module.
.PARAMETER OutputFolder
    Where the packages go. What is in it is removed first.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ModuleFolder,
    [Parameter(Mandatory)] [string] $OutputFolder
)

$ErrorActionPreference = 'Stop'

# What the manifest says, in NuGet's words. A gallery knows a module by the tag PSModule, and finds its cmdlets by PSCmdlet_NAME.
function New-Nuspec {
    param($Manifest)

    $data = $Manifest.PrivateData.PSData
    $tags = @($data.Tags; 'PSModule'; 'PSIncludes_Cmdlet')
    foreach ($cmdlet in $Manifest.CmdletsToExport) {
        $tags += "PSCmdlet_$cmdlet", "PSCommand_$cmdlet"
    }

    $nuspec = [xml] '<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd"><metadata /><files><file src="**/*" target="" /></files></package>'
    $elements = [ordered] @{
        id = 'EtcdDefrag'
        version = $Manifest.ModuleVersion
        authors = $Manifest.Author
        requireLicenseAcceptance = 'false'
        license = 'MIT'
        description = $Manifest.Description
        releaseNotes = $data.ReleaseNotes
        copyright = $Manifest.Copyright
        tags = $tags -join ' '
    }
    foreach ($name in $elements.Keys) {
        $element = $nuspec.CreateElement($name, $nuspec.package.xmlns)
        $element.InnerText = $elements[$name]
        if ($name -eq 'license') {
            $element.SetAttribute('type', 'expression')
        }

        $null = $nuspec.package.FirstChild.AppendChild($element)
    }

    $nuspec
}

if (Test-Path $OutputFolder) {
    Remove-Item $OutputFolder -Recurse
}

$null = New-Item $OutputFolder -ItemType Directory
$ModuleFolder = (Resolve-Path $ModuleFolder).Path
$OutputFolder = (Resolve-Path $OutputFolder).ProviderPath
$nuspecPath = Join-Path $OutputFolder 'EtcdDefrag.nuspec'
(New-Nuspec (Import-PowerShellDataFile (Join-Path $ModuleFolder 'EtcdDefrag.psd1'))).Save($nuspecPath)
$project = Join-Path $PSScriptRoot 'Package.csproj'
# A node that MSBuild keeps for the next build would hold the pipe that is read here, for a quarter of an hour.
$said = & dotnet pack $project --nologo -nodeReuse:false --output $OutputFolder "-p:NuspecFile=$nuspecPath" "-p:NuspecBasePath=$ModuleFolder"
if ($LASTEXITCODE -ne 0) {
    throw "dotnet pack ended with exit code $($LASTEXITCODE): $said"
}

Remove-Item $nuspecPath
Add-Type -AssemblyName System.IO.Compression.FileSystem
[IO.Compression.ZipFile]::CreateFromDirectory($ModuleFolder, (Join-Path $OutputFolder 'EtcdDefrag.zip'), 'Optimal', $true)
