# Whatever one cmdlet gives that names a member, every cmdlet that takes members takes: down the pipeline, by position and as -InputObject;
# as it is, as a job gives it back, and as a custom object. Looked at on the wire, by -Debug: who is asked, and nobody else.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Bindings.ps1"
    $all = (Get-Module EtcdDefrag).ExportedCmdlets.Values
    # A report shows objects, whatever they name; what takes members takes a connection to them, but for the policy, which asks nobody.
    $takers = $all.Where({ $_.Parameters['InputObject'] -and ($_.Parameters['Connection'] -or $_.Name -eq 'Test-EtcdDefragPolicy') }).Name | Sort-Object
    $given = $all.ForEach({ $_.OutputType.Type }).Where({ $_.GetProperty('Endpoint') }).FullName | Sort-Object -Unique
    $pairs = foreach ($type in $given) {
        foreach ($taker in $takers) {
            @{ Type = $type.Split('.')[-1]; Taker = $taker }
        }
    }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    . "$PSScriptRoot/Support/FalseServers.ps1"
    $cluster = Start-TestCluster -FillMiB 1
    $endpoints = $cluster.Endpoints
    $statuses = Get-EtcdMemberStatus $endpoints -OperationTimeoutSeconds 7
    $status = $statuses | Where-Object IsLeader
    $own = New-EtcdConnection $endpoints -OperationTimeoutSeconds 7
    function Set-Alarm {
        param([string] $Action)

        $body = @{ action = $Action; memberID = "$([Convert]::ToUInt64($status.MemberId, 16))"; alarm = 'NOSPACE' } | ConvertTo-Json
        $null = Invoke-RestMethod "$($endpoints[0])/v3/maintenance/alarm" -Method Post -Body $body
    }

    $outputs = @(
        $own
        $status
        Test-EtcdDefragPolicy $status -Policy Balanced
        Get-EtcdDefragPlan $status
        Test-EtcdClusterHealth $own
        (Test-EtcdClusterHealth $own).Members | Where-Object IsLeader
        Invoke-EtcdDefrag $status -NoLock
        Invoke-EtcdCompaction $status -Retain 5
        Save-EtcdSnapshot (Join-Path $TestDrive 'before.db') $status
        Restore-EtcdSpace $status
        Measure-EtcdKeyspace $status
        Clear-EtcdAlarm $status
        Start-EtcdDefragMonitor $own -WhatIf -DefragOnStartup | Where-Object Endpoint -EQ $status.Endpoint | Select-Object -First 1
        Move-EtcdLeader $status -To $status.Endpoint
        Set-Alarm ACTIVATE
        Get-EtcdAlarm $status
        Set-Alarm DEACTIVATE
    )
    $objects = @{}
    $outputs | ForEach-Object { $objects[$_.GetType().Name] = $_ }

    # How to call each, so that it asks and changes nothing. -Connection names nobody: it is idle beside an object with its own.
    $other = (Get-EtcdMemberStatus $endpoints[0] -OperationTimeoutSeconds 9).Connection
    $calls = @{
        'Clear-EtcdAlarm'         = @{ WhatIf = $true }
        'Get-EtcdAlarm'           = @{ }
        'Get-EtcdDefragPlan'      = @{ }
        'Get-EtcdMemberStatus'    = @{ }
        'Invoke-EtcdCompaction'   = @{ WhatIf = $true }
        'Invoke-EtcdDefrag'       = @{ WhatIf = $true }
        'Measure-EtcdKeyspace'    = @{ }
        'Move-EtcdLeader'         = @{ WhatIf = $true }
        'New-EtcdConnection'      = @{ }
        'Restore-EtcdSpace'       = @{ WhatIf = $true }
        'Save-EtcdSnapshot'       = @{ WhatIf = $true; Path = Join-Path $TestDrive 'after.db'; Force = $true }
        'Start-EtcdDefragMonitor' = @{ WhatIf = $true; DefragOnStartup = $true }
        'Test-EtcdClusterHealth'  = @{ }
        'Test-EtcdDefragPolicy'   = @{ Policy = 'Balanced' }
    }

    # What the debug stream shows of calls, the warnings and errors, and what came out.
    function Invoke-Taker {
        param([string] $Taker, $Object, [ValidateSet('pipeline', 'position', 'InputObject')] [string] $By, [hashtable] $With = @{})

        $WarningPreference = $DebugPreference = 'Continue'
        $call = $calls[$Taker] + $With
        # A monitor goes on until nobody wants its next event: the third says that it has looked.
        $limit = $Taker -eq 'Start-EtcdDefragMonitor' ? 3 : [int]::MaxValue
        $written = & {
            switch ($By) {
                pipeline { $Object | & $Taker @call | Select-Object -First $limit }
                position { & $Taker $Object @call | Select-Object -First $limit }
                InputObject { & $Taker -InputObject $Object @call | Select-Object -First $limit }
            }
        } 2>&1 3>&1 5>&1
        @{
            Asked    = @($written | Where-Object { "$_" -match '^(http://\S+) /etcdserverpb' } | ForEach-Object { $Matches[1] } | Sort-Object -Unique)
            Warnings = @($written | Where-Object { $_ -is [Management.Automation.WarningRecord] })
            Errors   = @($written | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
            Output   = @($written | Where-Object { $_ -isnot [Management.Automation.WarningRecord] -and $_ -isnot [Management.Automation.DebugRecord] -and $_ -isnot [Management.Automation.ErrorRecord] })
        }
    }

    # The same object in the ways in which it arrives.
    function Get-Form {
        param($Object)

        $file = Join-Path $TestDrive 'object.xml'
        $Object | Export-Clixml $file
        $copy = $Object | Select-Object *
        $copy.PSObject.TypeNames.Clear()
        $copy.PSObject.TypeNames.Add('System.Management.Automation.PSCustomObject')
        [ordered] @{ alive = $Object; deserialised = Import-Clixml $file; custom = $copy }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'The objects of these tests' {
    It 'are one of each kind that a cmdlet gives: <_>' -ForEach ($given.ForEach({ $_.Split('.')[-1] })) {
        $objects[$_] | Should -Not -BeNullOrEmpty
    }

    It 'have a call for <_>' -ForEach $takers {
        $calls.ContainsKey($_) | Should -BeTrue -Because 'a new cmdlet needs one'
    }
}

Describe '<Type> to <Taker>' -ForEach $pairs {
    It 'names the same members by the pipeline, by position and as -InputObject, in each form' {
        # Rule and sizes are judged without asking; an alarm is cleared by its member's id; a sizeless object cannot be judged.
        $object = $objects[$Type]
        $isJudged = $Taker -ne 'Test-EtcdDefragPolicy' -or $object.PSObject.Properties['DbSizeInUse']
        $isMember = $Taker -ne 'Clear-EtcdAlarm' -or $object.PSObject.Properties['MemberId']
        $asksNobody = $Taker -in 'Test-EtcdDefragPolicy', 'New-EtcdConnection' -or ($Taker -eq 'Invoke-EtcdDefrag' -and $object.Action -eq 'Skip')
        $forms = Get-Form $object
        foreach ($form in $forms.Keys) {
            # A connection does not pass through a file.
            $isLost = $form -ne 'alive' -and $Type -eq 'EtcdConnection' -and $Taker -ne 'Test-EtcdDefragPolicy'
            foreach ($by in 'pipeline', 'position', 'InputObject') {
                $because = "$form, by $by"
                if ($isLost -and $form -eq 'deserialised') {
                    { Invoke-Taker $Taker $forms[$form] $by } | Should -Throw -ErrorId 'InvalidConnection,*' -Because $because
                    continue
                }

                if (-not $isMember) {
                    { Invoke-Taker $Taker $forms[$form] $by } | Should -Throw -ErrorId 'NoMember,*' -Because $because
                    continue
                }

                $result = Invoke-Taker $Taker $forms[$form] $by
                if (-not $isJudged) {
                    $result.Errors.FullyQualifiedErrorId | Should -BeLike 'NoSizes,*' -Because $because
                    continue
                }

                $result.Errors | Should -BeNullOrEmpty -Because $because
                if (-not $asksNobody) {
                    $result.Asked | Should -Not -BeNullOrEmpty -Because $because
                    $result.Asked | Where-Object { $_ -notin $endpoints } | Should -BeNullOrEmpty -Because $because
                }

                if ($Taker -in 'New-EtcdConnection', 'Get-EtcdMemberStatus') {
                    $result.Output.Endpoint | Sort-Object | Should -Be ($object.Endpoint | Sort-Object) -Because $because
                }
            }
        }
    }
}

# Judging speaks to nobody, and an event does not know how its member was reached.
Describe '<Type> to <Taker>, by its own connection' -ForEach ($pairs | Where-Object { $_.Taker -ne 'Test-EtcdDefragPolicy' -and $_.Type -ne 'EtcdMonitorEvent' }) {
    It 'brings its connection along, which goes before -Connection' {
        if ($Taker -ne 'Clear-EtcdAlarm' -or $objects[$Type].PSObject.Properties['MemberId']) {
            foreach ($by in 'pipeline', 'position', 'InputObject') {
                $result = Invoke-Taker $Taker $objects[$Type] $by @{ Connection = $other }
                $result.Warnings | Where-Object { "$_" -like '-Connection is ignored*' } | Should -HaveCount 1 -Because $by
            }
        }
    }
}

Describe 'A verdict' {
    It 'pipes on: Get-EtcdMemberStatus | Test-EtcdDefragPolicy | Where-Object IsMatch | Invoke-EtcdDefrag' {
        $results = Get-EtcdMemberStatus $endpoints[0] -Cluster | Test-EtcdDefragPolicy -Rule 'not isLeader' | Where-Object IsMatch | Invoke-EtcdDefrag -Force
        $results.Outcome | Should -Be 'Defragmented', 'Defragmented'
        $results.IsLeader | Should -Be $false, $false
    }

    It 'carries the member, and its connection' {
        $verdict = $status | Test-EtcdDefragPolicy -Policy Balanced
        foreach ($property in 'Endpoint', 'Name', 'MemberId', 'ClusterId', 'IsLeader', 'Connection') {
            $verdict.$property | Should -Be $status.$property -Because $property
        }
    }

    It 'shows the member in its table' {
        $status | Test-EtcdDefragPolicy -Policy Balanced | Out-String | Should -BeLike "*$($status.Endpoint)*"
    }

    It 'on plain numbers names no member, and <_> says so once' -ForEach ($takers | Where-Object { $_ -ne 'Test-EtcdDefragPolicy' }) {
        $command = $_
        $verdict = Test-EtcdDefragPolicy -DbSize 2GB -DbSizeInUse 1MB -Policy Balanced
        $verdict.IsMatch, $verdict.Endpoint | Should -Be $true, $null
        foreach ($by in 'pipeline', 'position', 'InputObject') {
            { Invoke-Taker $command $verdict $by } | Should -Throw 'An object of type EtcdDefrag.PowerShell.Policies.EtcdPolicyResult * names no etcd member.' -ErrorId 'InvalidInputObject,*'
        }
    }

    It 'is given of an object by position as well, the parameters going before its properties' {
        (Test-EtcdDefragPolicy ([pscustomobject] @{ DbSize = '1000'; DbSizeInUse = 10 }) -Rule 'dbSizeFree > 900').IsMatch | Should -BeTrue
        (Test-EtcdDefragPolicy ([pscustomobject] @{ DbSize = '1000'; DbSizeInUse = 10 }) -DbSizeInUse 500 -Rule 'dbSizeFree > 900').IsMatch | Should -BeFalse
        @(Test-EtcdDefragPolicy $statuses -Policy Balanced).Endpoint | Should -Be $statuses.Endpoint
    }

    It 'is not given of what has no sizes, in one error: <_>' -ForEach 'a text', 'nothing' {
        $given = $_ -eq 'nothing' ? @{ } : @{ InputObject = $_ }
        Test-EtcdDefragPolicy @given -Policy Balanced -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'NoSizes,*'
    }
}

Describe 'Objects by position' {
    It 'are as many as are given, mixed with addresses' {
        $others = $endpoints | Where-Object { $_ -ne $status.Endpoint }
        (Get-EtcdMemberStatus $status, $others[0], ([uri] $others[1])).Endpoint | Sort-Object | Should -Be ($endpoints | Sort-Object)
    }

    It '<_> refuses what names no member with one error, and asks nobody' -ForEach ($takers | Where-Object { $_ -ne 'Test-EtcdDefragPolicy' }) {
        $command = $_
        foreach ($by in 'position', 'InputObject') {
            $problem = { Invoke-Taker $command (Get-Process -Id $PID) $by } | Should -Throw -PassThru -ErrorId 'InvalidInputObject,*'
            "$problem" | Should -BeLike 'An object of type System.Diagnostics.Process was given to -* names no etcd member.'
        }
    }

    It 'that are a way to connect alone name no endpoint' {
        { Get-EtcdMemberStatus $status.Connection } | Should -Throw 'What was given to -Endpoint names no endpoint.' -ErrorId 'NoEndpoint,*'
    }

    It 'are a default too' {
        $PSDefaultParameterValues['*-Etcd*:Endpoint'] = $status
        try {
            (Get-EtcdMemberStatus).Connection.OperationTimeout.TotalSeconds | Should -Be 7
        }
        finally {
            $PSDefaultParameterValues.Remove('*-Etcd*:Endpoint')
        }
    }

    It 'keep a skipped step skipped' {
        $plan = Get-EtcdDefragPlan $statuses -Rule 'isLeader'
        Invoke-EtcdDefrag $plan -WhatIf -Verbose 4>&1 | Where-Object { "$_" -match '^Step ' } | Should -HaveCount 1
    }
}

Describe 'The texts of outputs' {
    It 'are the address of <_>' -ForEach ($given.ForEach({ $_.Split('.')[-1] }) | Where-Object { $_ -notin 'EtcdConnection', 'EtcdMonitorEvent', 'EtcdSnapshotResult' }) {
        "$($objects[$_])" | Should -BeExactly ($objects[$_].Endpoint -join ',')
    }

    It 'are the file of a snapshot, and the message of an event' {
        "$($objects.EtcdSnapshotResult)" | Should -BeExactly $objects.EtcdSnapshotResult.Path
        "$($objects.EtcdMonitorEvent)" | Should -BeExactly $objects.EtcdMonitorEvent.Message
    }

    It 'are one line without secrets of a connection' {
        $credential = [pscredential]::new('root', (ConvertTo-SecureString 'hidden-word' -AsPlainText -Force))
        $key = [Security.Cryptography.ECDsa]::Create()
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=my ca', $key, 'SHA256')
        $ca = Join-Path $TestDrive 'ca.crt'
        $request.CreateSelfSigned([DateTimeOffset]::UtcNow, [DateTimeOffset]::UtcNow.AddDays(90)).ExportCertificatePem() | Set-Content $ca
        $connection = New-EtcdConnection 10.0.0.1:2379, 10.0.0.2:2379 -CACertificatePath $ca -Credential $credential
        "$connection" | Should -BeExactly 'https://10.0.0.1:2379,https://10.0.0.2:2379 (https, CA ca.crt, user root)'
        "$($connection.GetOptions())" | Should -BeExactly 'https, CA ca.crt, user root'
        "$(New-EtcdConnection 10.0.0.1:2379)" | Should -BeExactly 'http://10.0.0.1:2379'
        "$($status.Connection)" | Should -BeExactly 'default settings'
        $connection | Format-List * | Out-String | Should -Not -BeLike '*hidden-word*'
    }
}

Describe '-Debug' {
    It 'shows each call: method, endpoint, milliseconds and status' {
        $lines = Get-EtcdMemberStatus $endpoints[0] -Debug 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
        $lines | Where-Object { "$_" -match "^$([regex]::Escape($endpoints[0])) /etcdserverpb\.Maintenance/Status: \d+\.\d ms, Ok$" } | Should -HaveCount 1
    }

    It 'shows a call that failed' {
        $lines = Get-EtcdMemberStatus 127.0.0.1:1 -Debug -ErrorAction SilentlyContinue 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
        "$($lines[1])" | Should -Match '^http://127\.0\.0\.1:1 /etcdserverpb\.\S+: \d+\.\d ms, Unreachable, Unavailable$'
    }

    It 'is asked for by $DebugPreference, and answered by -Debug:$false' {
        $DebugPreference = 'Continue'
        Get-EtcdMemberStatus $endpoints[0] 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | Should -Not -BeNullOrEmpty
        Get-EtcdMemberStatus $endpoints[0] -Debug:$false 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | Should -BeNullOrEmpty
    }

    It 'shows no secret' {
        $credential = [pscredential]::new('root', (ConvertTo-SecureString 'hidden-word' -AsPlainText -Force))
        $all = Get-EtcdMemberStatus $endpoints[0] -Credential $credential -Debug -Verbose *>&1 | Out-String
        $all | Should -BeLike '*/etcdserverpb.*'
        $all | Should -Not -BeLike '*hidden-word*'
    }

    It 'asks nothing at what -Verbose would show, which it shows too' {
        $lines = Get-EtcdMemberStatus $endpoints[0] -Debug 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
        "$($lines[0])" | Should -BeExactly "Asking $($endpoints[0])."
    }

    It 'is silent where nobody asked for it' {
        Get-EtcdMemberStatus $endpoints[0] 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | Should -BeNullOrEmpty
    }
}

Describe 'Save-EtcdSnapshot, whose file comes first' {
    It 'takes the file alone where -Endpoint has a default' {
        $PSDefaultParameterValues['*-Etcd*:Endpoint'] = $endpoints[0]
        Push-Location $TestDrive
        try {
            (Save-EtcdSnapshot backup.db).Endpoint | Should -Be $endpoints[0]
            Join-Path $TestDrive backup.db | Should -Exist
        }
        finally {
            $PSDefaultParameterValues.Remove('*-Etcd*:Endpoint')
            Pop-Location
        }
    }

    It 'takes the file alone beside the pipeline, -Connection and ETCDCTL_ENDPOINTS' {
        $file = Join-Path $TestDrive 'alone.db'
        ($status | Save-EtcdSnapshot $file).Endpoint | Should -Be $status.Endpoint
        (Save-EtcdSnapshot $file -Force -Connection $own).Endpoint | Should -BeIn $endpoints
        $env:ETCDCTL_ENDPOINTS = $endpoints[1]
        try {
            (Save-EtcdSnapshot $file -Force).Endpoint | Should -Be $endpoints[1]
        }
        finally {
            $env:ETCDCTL_ENDPOINTS = $null
        }
    }

    It 'says what is the matter where an endpoint or a status stands in its place' {
        foreach ($first in $endpoints[0], $status) {
            $problem = { Save-EtcdSnapshot $first backup.db } | Should -Throw -PassThru -ErrorId 'SnapshotNotSaved,*'
            "$problem" | Should -BeExactly "'$first' is an endpoint, not a file."
        }
    }
}
