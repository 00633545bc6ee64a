# Another module got there first, with another version of what this one needs. Both must work, in one session, on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $other = Get-ChildItem (Join-Path $RepositoryRoot 'tests/Integration/bin') -Recurse -Filter Google.Protobuf.dll |
        Where-Object { $_.Directory.Name -eq 'other-protobuf' } | Select-Object -First 1
    $cluster = Start-TestCluster -FillMiB 16
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'With an older Google.Protobuf in the session' {
    BeforeAll {
        if (-not $other) {
            throw 'tests/Integration is not built: it brings the other Google.Protobuf.'
        }

        $script = @"
            Add-Type -Path '$($other.FullName)'
            `$text = [Google.Protobuf.WellKnownTypes.StringValue]::new()
            `$text.Value = 'before'
            Get-EtcdMemberStatus $($cluster.Endpoints[0]) -Cluster | Invoke-EtcdDefrag 3>`$null | ForEach-Object { "`$(`$_.Outcome)" }
            "`$([Google.Protobuf.WellKnownTypes.StringValue]::Parser.ParseFrom([Google.Protobuf.MessageExtensions]::ToByteArray(`$text)).Value)"
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -eq 'Google.Protobuf' }).ForEach({
                "`$(`$_.GetName().Version) in `$([Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name)"
            })
"@
        $said = Invoke-FreshPowerShell $script
    }

    It 'defragments a cluster' {
        $said[0..2] | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
    }

    It 'leaves the other one at work' {
        $said[3] | Should -Be 'before'
    }

    It 'has both versions loaded, each in its own context' {
        $mine = [Reflection.AssemblyName]::GetAssemblyName((Join-Path $ModuleFolder 'dependencies/Google.Protobuf.dll')).Version
        $theirs = [Reflection.AssemblyName]::GetAssemblyName($other.FullName).Version
        $theirs | Should -BeLessThan $mine
        $said[4..5] | Sort-Object | Should -Be (@("$theirs in Default", "$mine in EtcdDefrag.Dependencies") | Sort-Object)
    }
}
