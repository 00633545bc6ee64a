# The packages, put into an empty folder and used from there.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $packages = Join-Path $TestDrive 'packages'
    & (Join-Path $RepositoryRoot 'build/Package/New-Package.ps1') -ModuleFolder $ModuleFolder -OutputFolder $packages
    $version = (Get-Module EtcdDefrag).Version
    $nupkg = Join-Path $packages "EtcdDefrag.$version.nupkg"
    $zip = Join-Path $packages 'EtcdDefrag.zip'
    $cluster = Start-TestCluster -FillMiB 16

    function Get-EntryName {
        param([string] $Archive)

        $opened = [IO.Compression.ZipFile]::OpenRead($Archive)
        try { $opened.Entries.FullName } finally { $opened.Dispose() }
    }

    function Get-RelativeFile {
        param([string] $Folder)

        Get-ChildItem $Folder -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath((Resolve-Path $Folder).ProviderPath, $_.FullName) -replace '\\', '/' } | Sort-Object
    }

    # Imports the module by its name out of one folder, and works with it; nothing of the build is in reach.
    function Use-InstalledModule {
        param([string] $ModulePath)

        $script = "
            `$env:PSModulePath = '$ModulePath'
            Import-Module EtcdDefrag -ErrorAction Stop
            (Get-Module EtcdDefrag).ModuleBase
            @(Get-Help Invoke-EtcdDefrag -Examples).Examples.Example.Count
            Get-EtcdMemberStatus $($cluster.Endpoints[0]) -Cluster | Invoke-EtcdDefrag 3>`$null | ForEach-Object { `"`$(`$_.Outcome)`" }"
        Invoke-Pwsh '-NoProfile', '-NonInteractive', '-Command', $script 2>&1 | ForEach-Object { "$_" }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'The package for a gallery' {
    BeforeAll {
        $content = Join-Path $TestDrive 'content'
        [IO.Compression.ZipFile]::ExtractToDirectory($nupkg, $content)
        $nuspec = ([xml] (Get-Content (Join-Path $content 'EtcdDefrag.nuspec') -Raw)).package.metadata
        $manifest = Import-PowerShellDataFile (Join-Path $content 'EtcdDefrag.psd1')
    }

    It 'says what the manifest says' {
        $nuspec.id | Should -BeExactly 'EtcdDefrag'
        $nuspec.version | Should -Be $manifest.ModuleVersion
        $nuspec.authors | Should -Be $manifest.Author
        $nuspec.description | Should -Be $manifest.Description
        $nuspec.releaseNotes | Should -Be $manifest.PrivateData.PSData.ReleaseNotes
        $nuspec.tags -split ' ' | Should -Contain 'PSModule'
        foreach ($cmdlet in $manifest.CmdletsToExport) {
            $nuspec.tags -split ' ' | Should -Contain "PSCmdlet_$cmdlet"
        }
    }

    It 'holds the module folder, and nothing else but its own papers' {
        Get-RelativeFile $content | Where-Object { $_ -notmatch '^(\[Content_Types\]\.xml|_rels/.*|package/.*|EtcdDefrag\.nuspec)$' } |
            Should -Be (Get-RelativeFile $ModuleFolder)
    }

    It 'works from an empty folder' {
        $installed = Join-Path $TestDrive "modules/EtcdDefrag/$version"
        [IO.Compression.ZipFile]::ExtractToDirectory($nupkg, $installed)
        'EtcdDefrag.nuspec', '_rels', 'package', '[Content_Types].xml' | ForEach-Object { Remove-Item -LiteralPath (Join-Path $installed $_) -Recurse -Force }
        Use-InstalledModule (Join-Path $TestDrive 'modules') |
            Should -Be $installed, '5', 'Defragmented', 'Defragmented', 'Defragmented'
    }

    # Where it is present: PowerShell brings it, a PowerShell of one's own may not.
    if (Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable) {
        It 'is taken by PSResourceGet' {
            $repository = "EtcdDefragTest$PID"
            Register-PSResourceRepository -Name $repository -Uri $packages -Trusted
            try {
                $saved = (New-Item (Join-Path $TestDrive 'saved') -ItemType Directory).FullName
                Save-PSResource EtcdDefrag -Repository $repository -Path $saved -TrustRepository
                (Use-InstalledModule $saved)[0] | Should -BeLike "$saved*EtcdDefrag*$version"
            }
            finally {
                Unregister-PSResourceRepository -Name $repository
            }
        }
    }
}

Describe 'The package for Azure Automation' {
    It 'holds the module in a folder of its name' {
        Get-EntryName $zip | Sort-Object | Should -Be (Get-RelativeFile $ModuleFolder | ForEach-Object { "EtcdDefrag/$_" } | Sort-Object)
    }

    It 'works from an empty folder' {
        $installed = Join-Path $TestDrive 'runbook'
        [IO.Compression.ZipFile]::ExtractToDirectory($zip, $installed)
        $said = Use-InstalledModule $installed
        $said[0] | Should -Be (Join-Path $installed 'EtcdDefrag')
        $said[2..4] | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
    }
}

Describe 'Both packages' {
    It 'carry no PowerShell, and no path that is too long' {
        foreach ($entry in @(Get-EntryName $nupkg; Get-EntryName $zip)) {
            $entry | Should -Not -BeLike '*System.Management.Automation*'
            $entry.Length | Should -BeLessThan 140
        }
    }
}
