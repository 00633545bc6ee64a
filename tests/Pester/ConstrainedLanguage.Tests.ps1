# Where AppLocker or WDAC keep a session in ConstrainedLanguage, views may read properties and call nothing: every cell has to be there all the same.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    $views = ([xml] (Get-Content (Join-Path $ModuleFolder 'EtcdDefrag.Format.ps1xml') -Raw)).Configuration.ViewDefinitions.View
    $types = $views.ViewSelectedBy.TypeName | Sort-Object -Unique | ForEach-Object { @{ Type = $_ } }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $formats = Get-Content (Join-Path $ModuleFolder 'EtcdDefrag.Format.ps1xml') -Raw
    $cluster = Start-TestCluster -FillMiB 1

    # A session of its own, as a policy would make it: unconstrained while the module is imported, and constrained from then on.
    $shell = New-InnerPowerShell
    $endpoints = $cluster.Endpoints
    $objects = $shell.AddScript({
        param($Endpoint, $Folder)
        $status = Get-EtcdMemberStatus $Endpoint | Where-Object IsLeader
        $connection = New-EtcdConnection $Endpoint
        $connection
        New-EtcdDefragPolicy Balanced
        $status
        Test-EtcdDefragPolicy $status -Policy Balanced
        Get-EtcdDefragPlan $status
        $health = Test-EtcdClusterHealth $connection
        $health
        $health.Members[0]
        Invoke-EtcdDefrag $status -WarningAction SilentlyContinue
        Invoke-EtcdCompaction $status -Retain 5
        Save-EtcdSnapshot (Join-Path $Folder 'constrained.db') $status
        Get-EtcdSnapshotStatus (Join-Path $Folder 'constrained.db')
        Restore-EtcdSpace $status
        Measure-EtcdKeyspace $status
        Clear-EtcdAlarm $status
        Start-EtcdDefragMonitor $connection -WhatIf | Select-Object -First 1
        Move-EtcdLeader $status -To $status.Endpoint
        $body = @{ action = 'ACTIVATE'; memberID = "$([Convert]::ToUInt64($status.MemberId, 16))"; alarm = 'NOSPACE' } | ConvertTo-Json
        $null = Invoke-RestMethod "$($Endpoint[0])/v3/maintenance/alarm" -Method Post -Body $body
        Get-EtcdAlarm $status
    }).AddArgument($endpoints).AddArgument("$TestDrive").Invoke()
    $shell.Commands.Clear()

    function Show-Object {
        param($Object, [string] $By, [string] $Mode)

        $shell.Runspace.SessionStateProxy.LanguageMode = $Mode
        try {
            $null = $shell.AddCommand($By).AddParameter('InputObject', $Object).AddCommand('Out-String').AddParameter('Width', 120)
            "$($shell.Invoke())"
        }
        finally {
            $shell.Commands.Clear()
            $shell.Runspace.SessionStateProxy.LanguageMode = 'FullLanguage'
        }
    }
}

AfterAll {
    $shell.Dispose()
    Stop-TestCluster $cluster
}

Describe 'The views' {
    It 'call no method' {
        $scripts = ([xml] $formats).SelectNodes('//ScriptBlock').InnerText
        foreach ($script in $scripts) {
            $tree = [Management.Automation.Language.Parser]::ParseInput($script, [ref] $null, [ref] $null)
            $tree.FindAll({ $args[0] -is [Management.Automation.Language.InvokeMemberExpressionAst] }, $true) | Should -BeNullOrEmpty -Because $script
        }
    }

    It 'read nothing that View does not have' {
        $known = [EtcdDefrag.PowerShell.Views.OutputView].GetProperties().Name
        $read = [regex]::Matches($formats, '\$_\.View\.(\w+)').ForEach({ $_.Groups[1].Value }) | Sort-Object -Unique
        $read | Where-Object { $_ -cnotin $known } | Should -BeNullOrEmpty
        $known | Where-Object { $_ -cnotin $read } | Should -BeNullOrEmpty -Because 'what no view reads is not needed'
    }
}

Describe '<Type> in ConstrainedLanguage' -ForEach $types {
    BeforeAll {
        $object = $objects | Where-Object { $_.PSTypeNames[0] -eq $Type } | Select-Object -First 1
    }

    It 'is shown by <_> as in FullLanguage, alive and as a job gives it back' -ForEach 'Format-Table', 'Format-List' {
        $object | Should -Not -BeNullOrEmpty
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($object))
        foreach ($shown in $object, $back) {
            $full = Show-Object $shown $_ FullLanguage
            $full | Should -Match '\w'
            Show-Object $shown $_ ConstrainedLanguage | Should -BeExactly $full
        }

        # Nothing but labels would be equal too.
        $expected = $object.PSObject.Properties['MemberId'] ? ($object.Name ? "$($object.Endpoint)|$($object.Name)|$($object.Path)" : $object.Endpoint) : "$($object.Endpoint)|$($object.Message)|$($object.ClusterId)|$($object.Name)"
        $needles = $expected.Split('|').Where({ $_ }).ForEach({ [regex]::Escape($_.Split(' ')[0]) }) -join '|'
        (Show-Object $object $_ ConstrainedLanguage) -match $needles | Should -BeTrue
    }

    It 'passes to a job as its own properties, View not among them' {
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($object))
        $own = ([type] $Type).GetProperties().Name | Sort-Object
        $back.PSObject.Properties.Name | Where-Object { $_ -ne 'View' } | Sort-Object | Should -Be $own
        [Management.Automation.PSSerializer]::Serialize($object) | Should -Not -Match 'N="View"'
        $object | ConvertTo-Json -Depth 1 -WarningAction SilentlyContinue | Should -Not -Match '"View"'
        ($object | Get-Member -MemberType Properties).Name | Should -Not -Contain 'View'
    }
}
