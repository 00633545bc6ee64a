BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    $cmdlets = (Get-Module EtcdDefrag).ExportedCmdlets.Values | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
    $talkers = $cmdlets | Where-Object { [EtcdDefrag.PowerShell.Commands.EtcdCmdlet].IsAssignableFrom($_.Cmdlet.ImplementingType) }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    $module = Get-Module EtcdDefrag
    $classes = $module.ImplementingAssembly.GetExportedTypes() | Where-Object { $_.IsDefined([Management.Automation.CmdletAttribute], $false) }
}

Describe 'The module' {
    It 'comes from the build' {
        $module.ModuleBase | Should -Be (Resolve-Path $ModuleFolder).Path
    }

    It 'has a valid manifest' {
        $manifest = Test-ModuleManifest (Join-Path $ModuleFolder 'EtcdDefrag.psd1') -ErrorAction Stop
        $manifest.PowerShellVersion | Should -Be ([version] '7.4')
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $manifest.Author | Should -Be 'The EtcdDefrag authors'
        $manifest.Guid | Should -Not -Be ([guid]::Empty)
    }

    It 'has one version in its manifest and its assemblies' {
        foreach ($file in 'EtcdDefrag.PowerShell.dll', 'EtcdDefrag.Core.dll', 'dependencies/EtcdDefrag.Client.dll') {
            $version = [Reflection.AssemblyName]::GetAssemblyName((Join-Path $module.ModuleBase $file)).Version
            '{0}.{1}.{2}' -f $version.Major, $version.Minor, $version.Build | Should -Be "$($module.Version)"
        }
    }

    It 'exports exactly the cmdlets that it has' {
        $written = $classes | ForEach-Object {
            $attribute = $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false)[0]
            "$($attribute.VerbName)-$($attribute.NounName)"
        }
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be ($written | Sort-Object)
    }

    It 'exports nothing but cmdlets' {
        $module.ExportedFunctions.Count + $module.ExportedAliases.Count + $module.ExportedVariables.Count | Should -Be 0
    }

    It 'does not carry PowerShell itself, nor anything unknown' {
        $private = @(
            'dotnet-etcd.dll'
            'EtcdDefrag.Client.dll'
            'Google.Protobuf.dll'
            'Grpc.Core.Api.dll'
            'Grpc.Net.Client.dll'
            'Grpc.Net.Common.dll'
            'Microsoft.Extensions.Logging.Abstractions.dll'
        )
        $files = Get-ChildItem $module.ModuleBase -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($module.ModuleBase, $_.FullName) -replace '\\', '/' }
        $files | Where-Object { $_ -notlike '*.pdb' } | Sort-Object | Should -Be (@(
            $private -replace '^', 'dependencies/'
            $private -replace '^', 'dependencies/linux-x64/'
            $private -replace '^', 'dependencies/win-x64/'
            'EtcdDefrag.Core.dll'
            'EtcdDefrag.Format.ps1xml'
            'EtcdDefrag.Types.ps1xml'
            'EtcdDefrag.PowerShell.dll'
            'EtcdDefrag.psd1'
            'en-US/about_EtcdDefrag.help.txt'
            'en-US/about_EtcdDefragPolicy.help.txt'
            'en-US/about_EtcdDefragSafety.help.txt'
            'en-US/EtcdDefrag.PowerShell.dll-Help.xml'
            'CHANGELOG.md'
            'LICENSE'
            'THIRD-PARTY-NOTICES.txt'
        ) | Sort-Object)
    }
}

Describe 'What is precompiled for <Platform>' -ForEach @(
    @{ Platform = 'linux-x64'; Machine = 0x8664 -bxor 0x7B79 }
    @{ Platform = 'win-x64'; Machine = 0x8664 }
) {
    BeforeAll {
        # The version of an assembly often says nothing; the id of its module is new with every compilation from source.
        function Get-AssemblyFact {
            param([string] $Path)

            $reader = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead($Path))
            try {
                $metadata = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($reader)
                @{
                    Name = [Reflection.AssemblyName]::GetAssemblyName($Path).FullName
                    ModuleId = $metadata.GetGuid($metadata.GetModuleDefinition().Mvid)
                    Machine = [int] $reader.PEHeaders.CoffHeader.Machine
                    MachineCodeBytes = $reader.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size
                }
            }
            finally {
                $reader.Dispose()
            }
        }
    }

    It 'is the plain assemblies and machine code for that platform' {
        foreach ($plain in Get-ChildItem (Join-Path $ModuleFolder 'dependencies') -Filter *.dll) {
            $expected = Get-AssemblyFact $plain.FullName
            $actual = Get-AssemblyFact (Join-Path $plain.DirectoryName "$Platform/$($plain.Name)")
            $actual.Name | Should -Be $expected.Name
            $actual.ModuleId | Should -Be $expected.ModuleId
            $expected.MachineCodeBytes | Should -Be 0
            $actual.MachineCodeBytes | Should -BeGreaterThan 0
            $actual.Machine -band 0xFFFF | Should -Be $Machine
        }
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb' {
        $Cmdlet.Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'has a singular noun with the prefix Etcd' {
        $Cmdlet.Noun | Should -MatchExactly '^Etcd[A-Z]'
        $Cmdlet.Noun | Should -Not -Match '[^su]s$'
    }

    It 'is a class named after it' {
        $Cmdlet.ImplementingType.Name | Should -BeExactly ($Name.Replace('-', '') + 'Command')
        $Cmdlet.ImplementingType.IsSealed | Should -BeTrue
    }

    It 'says what it gives' {
        $Cmdlet.OutputType.Count | Should -BeGreaterThan 0
    }

    It 'supports -WhatIf and -Confirm if it changes anything, and asks for nothing unasked' {
        $attribute = $Cmdlet.ImplementingType.GetCustomAttributes([Management.Automation.CmdletAttribute], $false)[0]
        $changes = $Cmdlet.Verb -notin 'Get', 'Test', 'New', 'Measure'
        $attribute.SupportsShouldProcess | Should -Be $changes
        $attribute.ConfirmImpact | Should -Be ($changes ? 'Medium' : 'None')
    }

    It 'leaves the common parameters to PowerShell' {
        $own = $Cmdlet.ImplementingType.GetProperties().Where({ $_.IsDefined([Parameter], $true) }).Name
        $own | Where-Object { $_ -in [Management.Automation.PSCmdlet]::CommonParameters } | Should -BeNullOrEmpty
    }

    It 'has a help page with its syntax' {
        (Get-Help $Name | Out-String) | Should -BeLike "*$Name*[[]*-*"
    }
}

Describe '<Name>, which speaks to members,' -ForEach $talkers {
    It 'takes -Endpoint as an array of objects, in first place, behind a file in second' {
        # Strings would make a text of a status before the cmdlet sees it.
        $Cmdlet.Parameters['Endpoint'].ParameterType | Should -Be ([psobject[]])
        $Cmdlet.Parameters['Endpoint'].Attributes.Where({ $_ -is [Parameter] }).Position | Should -Be ($Name -eq 'Save-EtcdSnapshot' ? 1 : 0)
    }

    It 'takes the common parameters' {
        $needed = @{}
        $Cmdlet.ParameterSets.Where({ $_.IsDefault -or $Cmdlet.ParameterSets.Count -eq 1 }).Parameters.Where({ $_.IsMandatory }).ForEach({ $needed[$_.Name] = "$TestDrive/it" })

        if ($Name -eq 'Clear-EtcdAlarm') {
            $needed.Member = 'm1'
        }

        # One goes on for ever if nobody has seen enough.
        { & $Name @needed -Endpoint 127.0.0.1:1 -ProgressAction Ignore -ErrorAction Ignore | Select-Object -First 1 } | Should -Not -Throw
    }

    It 'has -Endpoint in its syntax' {
        (Get-Help $Name | Out-String) | Should -BeLike "*$Name*-Endpoint*"
    }
}

Describe 'The cmdlets that speak to nobody' {
    It 'are those about policies and files alone' {
        $talking = $classes | Where-Object { [EtcdDefrag.PowerShell.Commands.EtcdCmdlet].IsAssignableFrom($_) }
        $classes.Name | Where-Object { $_ -notin $talking.Name } | Sort-Object |
            Should -Be 'ExportEtcdDefragReportCommand', 'GetEtcdSnapshotStatusCommand', 'NewEtcdDefragPolicyCommand', 'TestEtcdDefragPolicyCommand'
    }
}

Describe 'Isolation' {
    BeforeAll {
        $listing = '[AppDomain]::CurrentDomain.GetAssemblies().Where({ $_.GetName().Name -in "Google.Protobuf", "Grpc.Net.Client", "EtcdDefrag.Client" }).ForEach({ $_.GetName().Name + " in " + [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name })'
    }

    It 'loads no dependency at import' {
        Invoke-FreshPowerShell $listing | Should -BeNullOrEmpty
    }

    It 'loads its dependencies into a context of their own' {
        Invoke-FreshPowerShell "Get-EtcdMemberStatus 127.0.0.1:1 -ErrorAction Ignore; $listing" | Sort-Object |
            Should -Be 'EtcdDefrag.Client in EtcdDefrag.Dependencies', 'Google.Protobuf in EtcdDefrag.Dependencies', 'Grpc.Net.Client in EtcdDefrag.Dependencies'
    }

    It 'looks names up from there too, and loads no more than that takes' {
        $script = "try { New-EtcdConnection -DiscoverySrv example.test -DnsServer 127.0.0.1:1 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }; $listing"
        Invoke-FreshPowerShell $script | Should -Be @(
            'DiscoveryFailed,EtcdDefrag.PowerShell.Commands.NewEtcdConnectionCommand'
            'EtcdDefrag.Client in EtcdDefrag.Dependencies'
        )
    }

    It 'lives beside another copy of Google.Protobuf in the default context' {
        $script = "Add-Type -Path '$ModuleFolder/dependencies/Google.Protobuf.dll'; Get-EtcdMemberStatus 127.0.0.1:1 -ErrorAction Ignore; $listing"
        Invoke-FreshPowerShell $script | Sort-Object | Should -Be @(
            'EtcdDefrag.Client in EtcdDefrag.Dependencies'
            'Google.Protobuf in Default'
            'Google.Protobuf in EtcdDefrag.Dependencies'
            'Grpc.Net.Client in EtcdDefrag.Dependencies'
        )
    }

    It 'can be imported again by force, twice' {
        $again = "Import-Module '$ModuleFolder/EtcdDefrag.psd1' -Force -ErrorAction Stop; "
        $script = $again + $again + "try { Get-EtcdMemberStatus 127.0.0.1:1 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }"
        Invoke-FreshPowerShell $script | Should -Be 'EtcdUnreachable,EtcdDefrag.PowerShell.Commands.GetEtcdMemberStatusCommand'
    }

    It 'can be removed and imported again' {
        $script = "Remove-Module EtcdDefrag; Import-Module '$ModuleFolder/EtcdDefrag.psd1'; try { Get-EtcdMemberStatus 127.0.0.1:1 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }"
        Invoke-FreshPowerShell $script | Should -Be 'EtcdUnreachable,EtcdDefrag.PowerShell.Commands.GetEtcdMemberStatusCommand'
    }
}
