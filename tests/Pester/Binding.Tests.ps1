# What goes before what where several things name members, on a real cluster. Whoever is asked by mistake is nobody, and says so.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    . "$PSScriptRoot/Support/FalseServers.ps1"
    $cluster = Start-TestCluster
    $endpoints = $cluster.Endpoints
    $nobody = 'http://127.0.0.1:1'
    $connection = New-EtcdConnection $endpoints
    $status = Get-EtcdMemberStatus $endpoints[1]
    $objects = @{
        Connection          = $connection
        Endpoint            = $endpoints[1]
        Uri                 = [uri] $endpoints[1]
        Status              = $status
        Step                = Get-EtcdDefragPlan $endpoints[1]
        Health              = Test-EtcdClusterHealth $endpoints[1]
        Result              = Invoke-EtcdDefrag $endpoints[1]
        CustomObject        = [pscustomobject] @{ Endpoint = $endpoints[1] }
    }

    # As a job, another machine or a file gives it back.
    function ConvertTo-Deserialized {
        param([Parameter(ValueFromPipeline)] $InputObject)

        process { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($InputObject)) }
    }

    function Get-Step {
        param([Parameter(ValueFromPipeline)] $Line)

        process { if ("$Line" -match '^Step .*(http://127\.0\.0\.1:\d+)') { $Matches[1] } }
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'A default for -Endpoint' {
    BeforeAll {
        $PSDefaultParameterValues['*-Etcd*:Endpoint'] = $nobody
    }

    AfterAll {
        $PSDefaultParameterValues.Remove('*-Etcd*:Endpoint')
    }

    It 'yields to <Kind> from the pipeline, as it is and as a job gives it back: <Deserialized>' -ForEach @(
        @{ Kind = 'Connection'; Deserialized = $false }
        @{ Kind = 'Health'; Deserialized = $false }
        @{ Kind = 'Health'; Deserialized = $true }
        foreach ($kind in 'Endpoint', 'Uri', 'Status', 'Step', 'Result', 'CustomObject') {
            @{ Kind = $kind; Deserialized = $false }
            @{ Kind = $kind; Deserialized = $true }
        }
    ) {
        $expected = $Kind -in 'Connection', 'Health' ? $objects[$Kind].Endpoint : @($endpoints[1])
        $object = $Deserialized ? ($objects[$Kind] | ConvertTo-Deserialized) : $objects[$Kind]
        ($object | Get-EtcdMemberStatus).Endpoint | Should -Be $expected
        ($object | New-EtcdConnection).Endpoint | Should -Be $expected
        $object | Test-EtcdClusterHealth -Quiet | Should -BeTrue
        $object | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Get-Step | Sort-Object | Should -Be ($expected | Sort-Object)
        (Get-EtcdMemberStatus -InputObject $object).Endpoint | Should -Be $expected
    }

    It 'is refused beside a connection that names others: <_>' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag', 'New-EtcdConnection', 'Start-EtcdDefragMonitor' {
        $command = $_
        $problem = { & $command -Connection $connection } | Should -Throw -PassThru -ErrorId 'EndpointAndConnection,*'
        "$problem" | Should -BeLike "-Connection ($($endpoints -join ', ')) and -Endpoint ($nobody) name different members."
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*PSDefaultParameterValues*'
    }

    It 'stands for what a connection does not name' {
        (New-EtcdConnection -Connection $status.Connection).Endpoint | Should -Be $nobody
        ($status.Connection | New-EtcdConnection).Endpoint | Should -Be $nobody
    }
}

Describe '-Endpoint beside -Connection' {
    It 'is taken where both name the same members' {
        (Get-EtcdMemberStatus -Connection $connection -Endpoint $endpoints[2, 1, 0]).Count | Should -Be 3
    }

    It 'is refused where -DiscoverySrv is meant to name them too' {
        { Get-EtcdMemberStatus -Connection $connection -DiscoverySrv example.test } | Should -Throw -ErrorId 'EndpointAndConnection,*'
    }
}

Describe 'A default for -Connection' {
    BeforeAll {
        $PSDefaultParameterValues['*-Etcd*:Connection'] = New-EtcdConnection $nobody -OperationTimeoutSeconds 9
    }

    AfterAll {
        $PSDefaultParameterValues.Remove('*-Etcd*:Connection')
    }

    It 'yields to what a status brings along, with a warning' {
        $own = $status | Get-EtcdMemberStatus -OperationTimeoutSeconds 7 -WarningAction Ignore
        $asked = $own | Get-EtcdMemberStatus -WarningVariable warned
        $asked.Endpoint | Should -Be $endpoints[1]
        $asked.Connection.OperationTimeout.TotalSeconds | Should -Be 7
        $warned | Should -BeLike '-Connection is ignored*'
    }

    It 'says how to reach what brings nothing along' {
        $asked = $endpoints[1] | Get-EtcdMemberStatus -WarningVariable warned
        $asked.Endpoint | Should -Be $endpoints[1]
        $asked.Connection.OperationTimeout.TotalSeconds | Should -Be 9
        $warned | Should -BeNullOrEmpty
    }
}

Describe 'A connection that is none' {
    BeforeAll {
        $other = Start-SilentServer
        $env:ETCDCTL_ENDPOINTS = $other.Endpoint
        $lost = $connection | ConvertTo-Deserialized
        $lostOptions = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($status, 3)).Connection
    }

    AfterAll {
        $env:ETCDCTL_ENDPOINTS = $null
        Stop-FalseServer $other
    }

    AfterEach {
        $other.Listener.Pending() | Should -BeFalse -Because 'nobody may be asked'
    }

    It '<_> refuses $null, and what came from a job' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag', 'New-EtcdConnection', 'Start-EtcdDefragMonitor' {
        $command = $_
        { & $command -Connection $null } | Should -Throw '-Connection is $null.' -ErrorId 'InvalidConnection,*'
        { & $command -Connection $lost } | Should -Throw '*without its keys and passwords.' -ErrorId 'InvalidConnection,*'
        { & $command -Connection $lostOptions } | Should -Throw -ErrorId 'InvalidConnection,*'
        { $lost | & $command } | Should -Throw -ErrorId 'InvalidConnection,*'
    }

    It 'is refused as a default too' {
        $PSDefaultParameterValues['*-Etcd*:Connection'] = $lost
        try {
            { Invoke-EtcdDefrag } | Should -Throw -ErrorId 'InvalidConnection,*'
        }
        finally {
            $PSDefaultParameterValues.Remove('*-Etcd*:Connection')
        }
    }

    It 'is passed over in a status from a job, and -Verbose says so' {
        $said = $status | ConvertTo-Deserialized | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1
        $said | Where-Object { $_ -like "$($endpoints[1]) came from a job*" } | Should -HaveCount 1
        $said | Get-Step | Should -Be $endpoints[1]
    }

    It 'names no endpoint where it only says how to connect' {
        { Invoke-EtcdDefrag -Connection $status.Connection } | Should -Throw '-Connection names no endpoint.' -ErrorId 'NoEndpoint,*'
        { $status.Connection | Get-EtcdMemberStatus } | Should -Throw 'What came down the pipeline names no endpoint.' -ErrorId 'NoEndpoint,*'
        (Get-EtcdMemberStatus -Connection $status.Connection -Endpoint $endpoints[0]).Endpoint | Should -Be $endpoints[0]
    }
}

Describe 'What names no member' {
    It '<_> refuses it with one error, and asks nobody' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag' {
        $command = $_
        $problem = { $endpoints[0], (Get-Process -Id $PID), (Get-Date) | & $command } | Should -Throw -PassThru -ErrorId 'InvalidInputObject,*'
        "$problem" | Should -BeLike '*System.Diagnostics.Process*'
        $problem.TargetObject.Id | Should -Be $PID
        { $null | & $command } | Should -Throw '$null came down the pipeline*' -ErrorId 'InvalidInputObject,*'
        { [pscustomobject] @{ Name = 'etcd-0' } | & $command } | Should -Throw -ErrorId 'InvalidInputObject,*'
    }
}

Describe 'An empty list' {
    It '<_> refuses it as -Endpoint and as -InputObject' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Get-EtcdDefragPlan', 'Invoke-EtcdDefrag', 'New-EtcdConnection', 'Start-EtcdDefragMonitor' {
        $command = $_
        { & $command -Endpoint @() } | Should -Throw '-Endpoint is empty.' -ErrorId 'NoEndpoint,*'
        { & $command -InputObject @() } | Should -Throw '-InputObject is empty.' -ErrorId 'NoEndpoint,*'
    }

    It '<_> does nothing where it comes down the pipeline' -ForEach 'Get-EtcdMemberStatus', 'Invoke-EtcdDefrag', 'New-EtcdConnection', 'Start-EtcdDefragMonitor' {
        $command = $_
        @() | & $command -ErrorVariable failed | Should -BeNullOrEmpty
        $failed | Should -BeNullOrEmpty
    }
}

Describe 'A plan that skips every member' {
    BeforeAll {
        $plan = Get-EtcdDefragPlan $endpoints[0] -Cluster -Rule 'dbSize > 1T'
    }

    It 'is carried out by doing nothing, live and as a job gives it back' {
        $plan.Action | Sort-Object -Unique | Should -Be 'Skip'
        $plan | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Should -BeLike '*there is nothing to do*'
        $plan | ConvertTo-Deserialized | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Get-Step | Should -BeNullOrEmpty
        Invoke-EtcdDefrag -InputObject $plan -WhatIf -Verbose 4>&1 | Get-Step | Should -BeNullOrEmpty
    }

    It 'is asked again for every member with -Cluster' {
        $plan | Invoke-EtcdDefrag -Cluster -WhatIf -Verbose 4>&1 | Get-Step | Sort-Object | Should -Be ($endpoints | Sort-Object)
    }
}

Describe 'Paths' {
    It 'of <Path> are no files, and the error says what to give' -ForEach @(
        @{ Path = 'env:/PATH'; Way = 'Give the path of a file.' }
        @{ Path = 'variable:HOME'; Way = 'Give the path of a file.' }
        if ($IsWindows) { @{ Path = 'Cert:\CurrentUser\My'; Way = '*-CertificateThumbprint.' } }
    ) {
        foreach ($parameter in 'CACertificatePath', 'CertificatePath', 'KeyPath') {
            $given = @{ $parameter = $Path }
            $problem = { Get-EtcdMemberStatus $nobody @given } | Should -Throw -PassThru -ErrorId 'InvalidConnectionSetting,*'
            "$problem" | Should -BeLike "The * '$Path' cannot be used: it is a path of the provider *, not a file."
            $problem.ErrorDetails.RecommendedAction | Should -BeLike $Way
        }
    }

    It 'of sockets begin where PowerShell is' {
        Push-Location $TestDrive
        try {
            (New-EtcdConnection unix://member.sock, unix:/run/etcd.sock).Endpoint |
                Should -Be "unix://$((Join-Path $TestDrive member.sock) -replace '\\', '/')", 'unix:///run/etcd.sock'
        }
        finally {
            Pop-Location
        }
    }
}

Describe 'What was given and is ignored' {
    It 'is warned of: <Because>' -ForEach @(
        @{ Because = 'no domain'; Given = { New-EtcdConnection $nobody -DnsServer 127.0.0.1 -DiscoverySrvName blue }; Said = '-DiscoverySrvName, -DnsServer are ignored without -DiscoverySrv.' }
        @{ Because = 'no domain, one setting'; Given = { New-EtcdConnection $nobody -InsecureDiscovery }; Said = '-InsecureDiscovery is ignored without -DiscoverySrv.' }
        @{ Because = 'the pipeline'; Given = { $status | New-EtcdConnection -DiscoverySrv example.test -DnsServer 127.0.0.1:1 }; Said = '-DiscoverySrv, -DnsServer are ignored for members from the pipeline.' }
        @{ Because = 'no file'; Given = { New-EtcdConnection $nobody -Certificate $certificate -CertificatePassword $password }; Said = '-CertificatePassword is ignored with -Certificate: it opens a file.' }
    ) {
        $WarningPreference = 'Continue'
        $password = [securestring]::new()
        $certificate = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=me', [Security.Cryptography.ECDsa]::Create(), [Security.Cryptography.HashAlgorithmName]::SHA256).CreateSelfSigned([DateTimeOffset]::UtcNow, [DateTimeOffset]::UtcNow.AddDays(90))
        $warned = & $Given 3>&1 | Where-Object { $_ -is [Management.Automation.WarningRecord] }
        $warned.Message | Should -BeExactly $Said
    }
}
