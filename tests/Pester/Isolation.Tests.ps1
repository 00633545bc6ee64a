# Another module has other versions of what this one needs, and is loaded before or after it. Both must work, in one session, on a real cluster.

BeforeDiscovery {
    # .NET 8 and 9 use the same files as plain ones.
    $usesMachineCode = [Environment]::Version.Major -eq 10 -and [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier -in 'linux-x64', 'win-x64'
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $others = Get-ChildItem (Join-Path $RepositoryRoot 'tests/Integration/bin') -Recurse -Filter *.dll |
        Where-Object { $_.Directory.Name -eq 'other-packages' } | Sort-Object Name -Unique
    if (-not $others) {
        throw 'tests/Integration is not built: it brings the other packages.'
    }

    # Precompiled where there is that for this platform.
    $platform = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
    $plainFolder = Join-Path (Resolve-Path $ModuleFolder) 'dependencies'
    $ownFolder = $platform -in 'linux-x64', 'win-x64' ? (Join-Path $plainFolder $platform) : $plainFolder

    $cluster = Start-TestCluster -FillMiB 16

    # What the other module does: it loads its packages, and has a message of its own travel through its own Protobuf and gRPC.
    $theirs = @"
        `$null = '$($others.FullName -join "','")' | ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath(`$_) }
        function Test-Other {
            `$text = [Google.Protobuf.WellKnownTypes.StringValue]::new()
            `$text.Value = 'theirs'
            `$read = [Google.Protobuf.WellKnownTypes.StringValue]::Parser.ParseFrom([Google.Protobuf.MessageExtensions]::ToByteArray(`$text)).Value
            `$channel = [Grpc.Net.Client.GrpcChannel]::ForAddress('http://127.0.0.1:1')
            "`$read `$(`$channel.Target) `$([Grpc.Core.Status]::DefaultSuccess.StatusCode)"
            `$channel.Dispose()
        }
"@
    $mine = "Get-EtcdMemberStatus $($cluster.Endpoints[0]) -Cluster | Invoke-EtcdDefrag 3>`$null | ForEach-Object { `"`$(`$_.Outcome)`" }"

    # Every release of Grpc has the assembly version 2.0.0.0, which therefore says nothing: the file does.
    $loaded = @"
        [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -in '$($others.BaseName -join "','")' }).ForEach({
            "`$([Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name) `$(`$_.Location)"
        })
"@
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'With other versions of its packages in the session, <when> the module is used' -ForEach @(
    @{ When = 'before' }
    @{ When = 'after' }
) {
    BeforeAll {
        $said = Invoke-FreshPowerShell $(if ($when -eq 'before') {
            "$theirs; Test-Other; $mine; Test-Other; $loaded"
        }
        else {
            "$mine; $theirs; Test-Other; $mine; Test-Other; $loaded"
        })
        $words = $said.Where({ $_ -notmatch '[\\/]' -or $_ -match '^theirs' })
        $files = $said.Where({ $_ -match '\.dll$' })
    }

    It 'defragments a cluster' {
        $words.Where({ $_ -notmatch '^theirs' }) | Select-Object -First 3 | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
    }

    It 'leaves the other ones at work' {
        $words.Where({ $_ -match '^theirs' }) | Should -Be 'theirs 127.0.0.1:1 OK', 'theirs 127.0.0.1:1 OK'
    }

    It 'has both versions loaded, each in its own context' {
        $others.Count | Should -Be 5
        $expected = foreach ($file in $others) {
            $own = Join-Path $ownFolder $file.Name
            (Get-Item $own).VersionInfo.FileVersion | Should -Not -Be $file.VersionInfo.FileVersion
            "Default $($file.FullName)"
            "EtcdDefrag.Dependencies $((Get-Item $own).FullName)"
        }

        $files | Sort-Object | Should -Be ($expected | Sort-Object)
    }
}

Describe 'What the module packs of others' {
    It 'is loaded, all of it, by a run on a cluster, and nothing beside it is looked for' {
        $said = Invoke-FreshPowerShell @"
            $mine | Out-Null
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name -eq 'EtcdDefrag.Dependencies' }).ForEach({ `$_.GetName().Name })
"@
        $packed = (Get-ChildItem (Join-Path $ModuleFolder 'dependencies') -Filter *.dll).BaseName
        $said | Sort-Object | Should -Be ($packed | Sort-Object)
    }

    It 'is not loaded by the import' {
        $said = Invoke-FreshPowerShell "[AppDomain]::CurrentDomain.GetAssemblies().ForEach({ `$_.Location }).Where({ `$_ -match 'dependencies' }).Count"
        $said | Should -Be '0'
    }
}

Describe 'The private assemblies' {
    BeforeAll {
        # The methods that .NET had to compile during the first call, and where the assemblies were loaded from.
        $firstCall = @"
            `$before = [Runtime.JitInfo]::GetCompiledMethodCount(`$false)
            `$null = Get-EtcdMemberStatus $($cluster.Endpoints[0])
            [Runtime.JitInfo]::GetCompiledMethodCount(`$false) - `$before
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name -eq 'EtcdDefrag.Dependencies' }).ForEach({ Split-Path `$_.Location })
"@
        $compiled, $folders = Invoke-FreshPowerShell $firstCall

        # The same module on a platform for which nothing is precompiled.
        Copy-Item $ModuleFolder (Join-Path $TestDrive 'EtcdDefrag') -Recurse
        $ModuleFolder = (Resolve-Path (Join-Path $TestDrive 'EtcdDefrag')).ProviderPath
        Get-ChildItem (Join-Path $ModuleFolder 'dependencies') -Directory | Remove-Item -Recurse
        $plainCompiled, $plainFolders = Invoke-FreshPowerShell $firstCall
    }

    It 'come from the folder of the platform' {
        $folders | Sort-Object -Unique | Should -Be $ownFolder
    }

    It 'come from the plain set where there is no such folder' {
        $plainFolders | Sort-Object -Unique | Should -Be (Join-Path $ModuleFolder 'dependencies')
    }

    It 'leave less to compile at the first call' -Skip:(-not $usesMachineCode) {
        [int] $compiled | Should -BeLessThan (0.8 * $plainCompiled)
    }
}
