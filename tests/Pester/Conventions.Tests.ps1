# What people expect of any PowerShell module, held against this one.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Bindings.ps1"
    $cmdlets = (Get-Module EtcdDefrag).ExportedCmdlets.Values | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
    $bindings = Get-ExpectedBinding
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Bindings.ps1"
    $manifestPath = Join-Path $ModuleFolder 'EtcdDefrag.psd1'
    $manifest = Test-ModuleManifest $manifestPath -ErrorAction Stop
    $written = Import-PowerShellDataFile $manifestPath
}

Describe 'The manifest' {
    It 'names the editions and the oldest PowerShell that will do' {
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $manifest.PowerShellVersion | Should -Be ([version] '7.4')
    }

    It 'says in one error what it needs, before anything of it is loaded, where PowerShell is too old' {
        $copy = Join-Path $TestDrive 'EtcdDefrag.psd1'
        (Get-Content $manifestPath -Raw).Replace("PowerShellVersion    = '7.4'", "PowerShellVersion    = '99.0'") | Set-Content $copy
        $shell = [powershell]::Create().AddCommand('Import-Module').AddParameter('Name', $copy)
        $null = $shell.Invoke()
        $shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'Modules_InsufficientPowerShellVersion,*'
        "$($shell.Streams.Error[0])" | Should -BeLike "*EtcdDefrag.psd1*'99.0'*"
        $shell.Dispose()
    }

    It 'exports nothing by a wildcard' {
        foreach ($key in 'CmdletsToExport', 'FunctionsToExport', 'VariablesToExport', 'AliasesToExport') {
            $written.ContainsKey($key) | Should -BeTrue -Because $key
            @($written[$key]) -join ',' | Should -Not -Match '[*?]' -Because $key
        }
    }

    It 'says what a gallery asks for' {
        $manifest.Description.Length | Should -BeGreaterThan 40
        $manifest.Tags | Should -Contain 'etcd'
        $manifest.Tags | Should -Contain 'PSEdition_Core'
        $manifest.Tags | Where-Object { $_ -match '\s' } | Should -BeNullOrEmpty
        ([uri] $manifest.LicenseUri).Scheme | Should -Be 'https'
        $manifest.ReleaseNotes -match '^(?<file>\S+) in the folder of the module' | Should -BeTrue
        Join-Path $ModuleFolder $Matches.file | Should -Exist
    }

    It 'lists files that are there' {
        foreach ($file in @($written.RootModule; $written.FormatsToProcess)) {
            Join-Path $ModuleFolder $file | Should -Exist
        }
    }
}

Describe 'The module folder' {
    It 'has no path that is too long for old programs' {
        Get-ChildItem $ModuleFolder -Recurse |
            ForEach-Object { "EtcdDefrag/$($manifest.Version)/$([IO.Path]::GetRelativePath($ModuleFolder, $_.FullName))" } |
            Where-Object Length -GE 140 | Should -BeNullOrEmpty
    }

    It 'carries its license, and those of what comes with it' {
        Join-Path $ModuleFolder 'LICENSE' | Should -Exist
        $carried = (Get-ChildItem (Join-Path $ModuleFolder 'dependencies') -Filter *.dll).BaseName | Where-Object { $_ -notlike 'EtcdDefrag.*' }
        $notices = Get-Content (Join-Path $ModuleFolder 'THIRD-PARTY-NOTICES.txt') -Raw
        foreach ($name in $carried) {
            $notices | Should -Match "(?m)^$([regex]::Escape($name)) "
        }
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has its page of help' {
        Join-Path $RepositoryRoot "docs/en-US/$Name.md" | Should -Exist
    }

    It 'is called by a test' {
        $byPester = Get-ChildItem (Join-Path $RepositoryRoot 'tests/Pester') -Filter *.Tests.ps1 | Where-Object {
            $syntax = [Management.Automation.Language.Parser]::ParseFile($_.FullName, [ref] $null, [ref] $null)
            $syntax.Find({ $args[0] -is [Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -eq $Name }, $true)
        }
        # Some clusters are prepared in C#, and the cmdlets called in a script of the test.
        $byScript = Get-ChildItem (Join-Path $RepositoryRoot 'tests/Integration/PowerShell') -Filter *Tests.cs | Select-String "\b$Name\b"
        @($byPester; $byScript).Count | Should -BeGreaterThan 0
    }

    It 'says which types it gives, and no nameless one' {
        $Cmdlet.OutputType.Count | Should -BeGreaterThan 0
        $Cmdlet.OutputType.Type | Should -Not -Contain ([object])
    }

    It 'names its parameters as PowerShell does: singular, and in Pascal case' {
        $own = $Cmdlet.Parameters.Values | Where-Object Name -NotIn ([Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters)
        # Named after the unit that they are in, or after etcd's own list of alarms.
        $own.Name | Where-Object { $_ -cmatch '[^su]s$' -and $_ -cnotmatch '(Seconds|Minutes|Bytes|^Alarms)$' } | Should -BeNullOrEmpty
        $own.Name | Where-Object { $_ -cnotmatch '^[A-Z][A-Za-z]+$' } | Should -BeNullOrEmpty
        $own | Where-Object { $_.ParameterType -eq [bool] } | Should -BeNullOrEmpty -Because 'a switch says it'
    }
}

Describe 'The pages of help' {
    It 'are of cmdlets that there are' {
        $pages = Get-ChildItem (Join-Path $RepositoryRoot 'docs/en-US') -Filter *-*.md
        $pages.BaseName | Where-Object { $_ -notin (Get-Module EtcdDefrag).ExportedCmdlets.Keys } | Should -BeNullOrEmpty
    }
}

Describe 'What <From> gives' -ForEach $bindings {
    It 'binds to <To>' {
        $unbound = Get-UnboundParameter -OutputType $Type -Cmdlet (Get-Command $To)
        $unbound | Should -BeNullOrEmpty
        Test-TakesObject -OutputType $Type -Cmdlet (Get-Command $To) | Should -BeTrue
    }
}

# Where it is present: elsewhere there is nothing to test.
if (Get-Module PSScriptAnalyzer -ListAvailable) {
    Describe 'PSScriptAnalyzer' {
        It 'finds nothing in <_>' -ForEach 'EtcdDefrag.psd1', 'build.ps1', 'build', 'bench', 'docs/help', 'docs/tour', 'examples' {
            Import-Module PSScriptAnalyzer
            $settings = Join-Path $RepositoryRoot 'PSScriptAnalyzerSettings.psd1'
            Invoke-ScriptAnalyzer -Path (Join-Path $RepositoryRoot $_) -Recurse -Settings $settings |
                ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
        }
    }
}
