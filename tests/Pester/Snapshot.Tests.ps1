# Save-EtcdSnapshot on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 16
    $endpoints = $cluster.Endpoints
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Save-EtcdSnapshot' {
    It 'writes a database of bbolt''s and the hash of all of it' {
        $path = Join-Path $TestDrive 'whole.db'
        $result = Get-EtcdMemberStatus $endpoints | Save-EtcdSnapshot -Path $path
        $bytes = [IO.File]::ReadAllBytes($path)
        [BitConverter]::ToUInt32($bytes, 16).ToString('x') | Should -Be 'ed0cdaed' -Because 'that is how bbolt marks its first page'
        $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes, 0, $bytes.Length - 32))
        $hash | Should -Be ([Convert]::ToHexString($bytes, $bytes.Length - 32, 32))
        $result.Sha256 | Should -Be $hash
        $result.Bytes | Should -Be $bytes.Length
        $result.Bytes | Should -BeGreaterThan 16MB
        $result.Path | Should -Be $path
    }

    It 'takes a follower''s where one was named, and says whose it is' {
        $result = Get-EtcdMemberStatus $endpoints | Save-EtcdSnapshot -Path (Join-Path $TestDrive 'follower.db')
        $member = Get-EtcdMemberStatus $result.Endpoint
        $member.IsLeader | Should -BeFalse
        $result.MemberId, $result.Name, $result.Version | Should -Be $member.MemberId, $member.Name, $member.Version
        $result.Revision | Should -BeGreaterThan 1
    }

    It 'takes the one that was named alone, the leader too' {
        $leader = Get-EtcdMemberStatus $endpoints | Where-Object IsLeader
        (Save-EtcdSnapshot (Join-Path $TestDrive 'leader.db') $leader.Endpoint).MemberId | Should -Be $leader.MemberId
    }

    It 'replaces a file only with -Force' {
        $path = Join-Path $TestDrive 'old.db'
        Set-Content $path 'precious'
        Save-EtcdSnapshot $path $endpoints[0] -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId, $failed[0].TargetObject | Should -Be 'SnapshotNotSaved,EtcdDefrag.PowerShell.Commands.SaveEtcdSnapshotCommand', $path
        Get-Content $path | Should -Be 'precious'
        Save-EtcdSnapshot $path $endpoints[0] -Force | Should -Not -BeNullOrEmpty
        (Get-Item $path).Length | Should -BeGreaterThan 16MB
    }

    It 'writes nothing with -WhatIf' {
        Save-EtcdSnapshot (Join-Path $TestDrive 'none.db') $endpoints[0] -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem $TestDrive -Filter none* | Should -BeNullOrEmpty
    }

    It 'understands a path as PowerShell does, and refuses what is no file' {
        Push-Location $TestDrive
        (Save-EtcdSnapshot here.db $endpoints[0]).Path | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'here.db')
        Pop-Location
        { Save-EtcdSnapshot env:\PATH $endpoints[0] } | Should -Throw -ErrorId 'SnapshotNotSaved,*'
    }

    It 'lets nobody but its owner read the file' -Skip:$IsWindows {
        $path = Join-Path $TestDrive 'private.db'
        $null = Save-EtcdSnapshot $path $endpoints[0]
        "$((Get-Item $path).UnixFileMode)" | Should -Be 'UserWrite, UserRead'
    }

    It 'leaves no file behind where the member does not answer' {
        Save-EtcdSnapshot (Join-Path $TestDrive 'nobody.db') 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'SnapshotNotSaved,*'
        Get-ChildItem $TestDrive -Filter nobody* | Should -BeNullOrEmpty
    }

    It 'goes before a defragmentation in a script, which it does not hold up' {
        $null = Save-EtcdSnapshot (Join-Path $TestDrive 'before.db') $endpoints[0]
        @(Invoke-EtcdDefrag $endpoints[0] -Cluster).Outcome | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
    }
}
