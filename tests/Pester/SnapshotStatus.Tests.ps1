# Get-EtcdSnapshotStatus on snapshots of a real cluster, and on what became of them.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 4
    $endpoints = $cluster.Endpoints
    $saved = Save-EtcdSnapshot (Join-Path $TestDrive 'whole.db') $endpoints[0]
    $bytes = [IO.File]::ReadAllBytes($saved.Path)
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'Get-EtcdSnapshotStatus' {
    It 'says of a snapshot what its cluster said' {
        $status = $saved | Get-EtcdSnapshotStatus
        $range = @{ key = 'AA=='; range_end = 'AA=='; count_only = $true } | ConvertTo-Json
        $keys = (Invoke-RestMethod "$($endpoints[0])/v3/kv/range" -Method Post -Body $range).count
        $status.Keys, $status.Revision | Should -Be $keys, $saved.Revision
        $status.Sha256, $status.IsSha256Verified, $status.IsDamaged | Should -Be $saved.Sha256, $true, $false
        $status.DbSize | Should -Be ($saved.Bytes - 32)
        $status.DbSizeInUse | Should -BeLessThan $status.DbSize
        $status.Hash | Should -Match '^[0-9a-f]{8}$'
        $status.ClusterVersion | Should -BeLike '3.*'
        "$status" | Should -Be $saved.Path
    }

    It 'shows the hash and the sizes in a table' {
        $saved | Get-EtcdSnapshotStatus | Out-String | Should -Match 'Hash\s+Revision\s+Keys\s+Size\s+InUse\s+Damaged\s+Path'
    }

    It 'takes files from Get-ChildItem, wildcards and literal paths' {
        Copy-Item $saved.Path (Join-Path $TestDrive 'a[1].db')
        (Get-ChildItem $TestDrive -Filter *.db | Get-EtcdSnapshotStatus).Keys | Sort-Object -Unique | Should -HaveCount 1
        Get-EtcdSnapshotStatus (Join-Path $TestDrive '*.db') | Should -HaveCount 2
        (Get-EtcdSnapshotStatus -LiteralPath (Join-Path $TestDrive 'a[1].db')).IsDamaged | Should -BeFalse
    }

    It 'calls one damaged that was changed in the middle, and one that was cut off' {
        $changed = $bytes.Clone()
        $changed[$bytes.Length / 2] = $changed[$bytes.Length / 2] -bxor 1
        $path = Join-Path $TestDrive 'damaged'
        [IO.File]::WriteAllBytes($path, $changed)
        $status = Get-EtcdSnapshotStatus $path -ErrorVariable failed -ErrorAction SilentlyContinue
        $status.IsDamaged, $status.Problems[0] | Should -Be $true, 'The SHA-256 at its end is not that of its content.'
        $failed[0].FullyQualifiedErrorId, $failed[0].TargetObject | Should -Be 'SnapshotDamaged,EtcdDefrag.PowerShell.Commands.GetEtcdSnapshotStatusCommand', $path
        [IO.File]::WriteAllBytes($path, $bytes[0..($bytes.Length / 2)])
        (Get-EtcdSnapshotStatus $path -ErrorAction SilentlyContinue).Problems -join ' ' | Should -BeLike '*It is cut off: its * pages need * bytes, and it has *.'
    }

    It 'calls damaged what is not a database at all' {
        Set-Content (Join-Path $TestDrive 'text') 'a text'
        (Get-EtcdSnapshotStatus (Join-Path $TestDrive 'text') -ErrorAction SilentlyContinue).Problems[-1] | Should -BeLike '*is not a database of etcd*'
    }

    It 'does not read <_>' -ForEach 'nowhere.db', 'env:\PATH' {
        Push-Location $TestDrive
        Get-EtcdSnapshotStatus $_ -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Pop-Location
        $failed[0].FullyQualifiedErrorId, $failed[0].CategoryInfo.Category | Should -Be 'SnapshotNotRead,EtcdDefrag.PowerShell.Commands.GetEtcdSnapshotStatusCommand', 'OpenError'
    }
}
