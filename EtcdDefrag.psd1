@{
    RootModule           = 'EtcdDefrag.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '79ec7b23-5a3d-4cc0-995c-bc3062f0c5d9'
    Author               = 'The EtcdDefrag authors'
    CompanyName          = 'The EtcdDefrag authors'
    Copyright            = '(c) The EtcdDefrag authors. MIT License.'
    Description          = 'Keeps etcd databases small without hurting the clusters they serve: reads every member, judges health, defragments one member at a time with the leader last, and shows what was reclaimed.'
    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.4'
    # Before the types, which name one of its own.
    RequiredAssemblies   = @('EtcdDefrag.PowerShell.dll')
    TypesToProcess       = @('EtcdDefrag.Types.ps1xml')
    FormatsToProcess     = @('EtcdDefrag.Format.ps1xml')
    CmdletsToExport      = @(
        'Clear-EtcdAlarm'
        'Export-EtcdDefragReport'
        'Get-EtcdAlarm'
        'Get-EtcdDefragPlan'
        'Get-EtcdMemberStatus'
        'Get-EtcdSnapshotStatus'
        'Invoke-EtcdCompaction'
        'Invoke-EtcdDefrag'
        'Measure-EtcdKeyspace'
        'Move-EtcdLeader'
        'New-EtcdConnection'
        'New-EtcdDefragPolicy'
        'Restore-EtcdSpace'
        'Save-EtcdSnapshot'
        'Start-EtcdDefragMonitor'
        'Test-EtcdClusterHealth'
        'Test-EtcdDefragPolicy'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'CHANGELOG.md in the folder of the module.'
            Tags         = @('etcd', 'defrag', 'defragmentation', 'maintenance', 'Kubernetes', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
        }
    }
}
