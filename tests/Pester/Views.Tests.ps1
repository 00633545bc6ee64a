# The tables, at the widths of real terminals: what an operator must see is whole.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"

    # PowerShell breaks lines between words in some languages, anywhere in others.
    $widths = foreach ($width in 80, 100) {
        @{ Width = $width; Culture = 'en-US' }
        @{ Width = $width; Culture = '' }
    }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"

    # The text of a column of a table, without where lines and words were broken.
    function Get-Column {
        param([object[]] $InputObject, [string] $Label, [int] $Width, [string] $Culture = '')

        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $Culture
            $lines = @($InputObject | Format-Table | Out-String -Width $Width -Stream | Where-Object { $_ })
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }

        $lines | Where-Object Length -GT $Width | Should -BeNullOrEmpty
        $lines -join '' | Should -Not -Match '…'
        $headers = @((Get-FormatData -TypeName ($InputObject[0].PSTypeNames[0] -replace '^Deserialized\.')).FormatViewDefinition.Control.Headers)
        $lines[0].Trim() -split '\s+' | Should -Be $headers.Label
        $begin = 0
        foreach ($header in $headers) {
            # The last column is as wide as the others leave it.
            $end = $header.Width ? $begin + $header.Width : $Width
            if ($header.Label -eq $Label) {
                return -join ($lines | Select-Object -Skip 2 | ForEach-Object { $_.PadRight($Width).Substring($begin, $end - $begin) }) -replace '\s'
            }

            $begin = $end + 1
        }
    }

    function New-Status {
        param([string] $Endpoint, [string[]] $Alarms, [uint64] $Behind)

        $status = [EtcdDefrag.Model.EtcdMemberStatus]::new()
        $values = @{
            Endpoint = $Endpoint; MemberId = '8211f1d0f64f3269'; LeaderId = '91bc3c398fb3c146'; Version = '3.5.30'
            DbSize = 1020MB; DbSizeInUse = 999.9MB; DbQuota = 1GB; DbQuotaSource = 'Metrics'
            RaftIndex = 2000; RaftAppliedIndex = 2000; ClusterRaftIndex = 2000 + $Behind; Alarms = [EtcdDefrag.Model.EtcdAlarmType[]] $Alarms
        }
        Set-Value $status $values
    }

    # Outputs cannot be changed, and a script cannot set what can be set only when an object is made.
    function Set-Value {
        param($Object, [hashtable] $Value)

        foreach ($name in $Value.Keys) {
            $property = $Object.GetType().GetProperty($name)
            $isText = $Value[$name] -is [string[]]
            $property.SetValue($Object, ($isText ? $Value[$name] : [Management.Automation.LanguagePrimitives]::ConvertTo($Value[$name], $property.PropertyType)))
        }

        $Object
    }

    $reason = 'http://10.0.100.11:2379 refused Defragment: etcdserver: permission denied (code PermissionDenied); nothing was changed there, and the run ends because -ContinueOnError was not given.'
    $long = 'https://kube-control-plane-01.example.com:2379', 'https://kube-control-plane-02.example.com:2379'
}

Describe 'The table of statuses at <Width> columns, culture ''<Culture>''' -ForEach $widths {
    It 'shows both alarms, and everything else whole, of <_>' -ForEach 'https://10.0.100.11:2379', 'https://255.255.255.255:2379', 'https://etcd-1.etcd.kube-system.svc:2379' {
        $status = New-Status $_ 'NoSpace', 'Corrupt'
        Get-Column $status State $Width $Culture | Should -BeExactly 'followerNOSPACECORRUPT'
        Get-Column $status Endpoint $Width $Culture | Should -BeExactly $_
        Get-Column $status Free $Width $Culture | Should -BeExactly '2%'
        Get-Column $status Version $Width $Culture | Should -BeExactly '3.5.30'
        $status | Out-String -Width $Width | Should -BeLike '* 1.0 GiB *999.9 MiB *100 % *'
    }

    It 'shows both alarms of a status that came back from a job' {
        $status = New-Status 'https://etcd-1.etcd.kube-system.svc:2379' 'NoSpace', 'Corrupt'
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($status))
        Get-Column $back State $Width $Culture | Should -BeExactly 'followerNOSPACECORRUPT'
    }

    It 'says how far a member is behind where a run would refuse because of it' {
        Get-Column (New-Status http://a:1 @() 1001) State $Width $Culture | Should -BeExactly 'follower1001behind'
        Get-Column (New-Status http://a:1 @() 1000) State $Width $Culture | Should -BeExactly 'follower'
    }
}

Describe 'The table of <Type> at <Width> columns, culture ''<Culture>''' -ForEach @(
    @{ Type = 'EtcdDefrag.Execution.EtcdDefragResult'; Column = 'Outcome'; Values = @{ Outcome = 'Failed'; Duration = '00:03:00' }; Before = 'Failed:' }
    @{ Type = 'EtcdDefrag.Planning.EtcdDefragStep'; Column = 'Action'; Values = @{ Action = 'Skip' }; Before = 'Skip:' }
    @{ Type = 'EtcdDefrag.Health.EtcdMemberHealth'; Column = 'Reason'; Values = @{ }; Before = '' }
    @{ Type = 'EtcdDefrag.PowerShell.Policies.EtcdPolicyResult'; Column = 'Reason'; Values = @{ }; Before = '' }
    @{ Type = 'EtcdDefrag.Health.EtcdClusterHealth'; Column = 'Reasons'; Values = @{ }; Before = '' }
    @{ Type = 'EtcdDefrag.Events.EtcdMonitorEvent'; Column = 'Message'; Values = @{ Event = 'ConfigurationUnchanged' }; Before = '' }
).ForEach({ $row = $_; $widths | ForEach-Object { $row + $_ } }) {
    BeforeAll {
        $type = [type] $Type
        $objects = foreach ($endpoint in $long) {
            $given = @{ Endpoint = $endpoint; Reason = $reason; Reasons = [string[]] $reason; Message = $reason; Warnings = [string[]]::new(0); ClusterId = '864a09d3c9e6bd64' } + $Values
            $object = [Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($type)
            $fitting = @{}
            $given.Keys | Where-Object { $type.GetProperty($_)?.CanWrite } | ForEach-Object { $fitting[$_] = $given[$_] }
            Set-Value $object $fitting
        }
    }

    It 'has the whole reason' {
        Get-Column $objects[0] $Column $Width $Culture | Should -BeExactly ("$Before$reason" -replace '\s')
    }

    It 'has what tells members apart' {
        # An event names its member in its text, and a verdict is on a whole cluster.
        if ($type.GetProperty('Endpoint') -and $Type -notmatch 'Event$|ClusterHealth$') {
            Get-Column $objects Endpoint $Width $Culture | Should -BeExactly (-join $long)
        }
    }
}

Describe 'The list of <_>' -ForEach ((Get-Module EtcdDefrag).ExportedCmdlets.Values.OutputType.Type.Where({ $_.Namespace -like 'EtcdDefrag.*' }).FullName | Sort-Object -Unique) {
    BeforeAll {
        $type = [type] $_
        $list = (Get-FormatData -TypeName $_).FormatViewDefinition.Control.Where({ $_ -is [Management.Automation.ListControl] })
        $items = $list.Entries.Items
    }

    It 'is there' {
        $list | Should -HaveCount 1
    }

    It 'names its lines as the properties are named, so that what is seen can be typed' {
        # State is the table's word for IsLeader, IsLearner and Alarms together.
        $items.ForEach({ $_.Label ? $_.Label : $_.DisplayEntry.Value }).Where({ $_ -notin $type.GetProperties().Name -and $_ -ne 'State' }) | Should -BeNullOrEmpty
    }

    It 'gives no bytes, durations and times as bare numbers' {
        # A count needs no unit.
        $units = 'System.Int64', 'System.TimeSpan', 'System.DateTimeOffset'
        foreach ($item in $items.Where({ -not $_.Label })) {
            $of = $type.GetProperty($item.DisplayEntry.Value).PropertyType
            $of = [Nullable]::GetUnderlyingType($of) ?? $of
            $of.FullName -in $units -and $item.DisplayEntry.Value -notmatch 'Revision$|^Keys$|^Versions$|^Entries$' | Should -BeFalse -Because $item.DisplayEntry.Value
        }
    }
}

Describe 'The list of a policy' {
    It 'says its sizes with their units' {
        New-EtcdDefragPolicy Balanced | Format-List | Out-String | Should -BeLike '*MinReclaimable*: 100.0 MiB (104857600 bytes)*'
    }
}

Describe 'What a job brings back' {
    It 'shows outcomes and reasons as words' {
        $result = Set-Value ([EtcdDefrag.Execution.EtcdDefragResult]::new()) @{ Endpoint = 'http://a:1'; Outcome = 'Unknown'; Reason = 'no answer'; Warnings = [string[]]::new(0) }
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($result))
        Get-Column $back Outcome 80 | Should -BeExactly 'Unknown:noanswer'
    }
}
