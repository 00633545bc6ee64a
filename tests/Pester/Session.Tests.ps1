# The connections that a session keeps from one cmdlet to the next: what is seen of them from outside, which is the ends of the sockets.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $cluster = Start-TestCluster -FillMiB 1
    $endpoints = $cluster.Endpoints

    # This machine's own ports of the connections that are open to the members.
    function Get-OpenPort {
        $ports = $endpoints.ForEach({ ([uri] $_).Port })
        [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections() |
            Where-Object { $_.State -eq 'Established' -and $_.RemoteEndPoint.Port -in $ports -and $_.LocalEndPoint.Port -notin $ports } |
            ForEach-Object { $_.LocalEndPoint.Port } | Sort-Object
    }

    function Wait-Condition {
        param([scriptblock] $Condition)

        $limit = [Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($limit.Elapsed.TotalSeconds -gt 60) {
                throw "It did not come to $Condition."
            }

            Start-Sleep -Milliseconds 50
        }
    }

    # The members' own connections, among each other and to themselves.
    $others = @(Get-OpenPort)
    function Get-OwnPort {
        @(Get-OpenPort | Where-Object { $_ -notin $others })
    }
}

AfterAll {
    Stop-TestCluster $cluster
}

Describe 'A session' {
    It 'makes its connections once, for whatever comes after on the same cluster' {
        $null = Get-EtcdMemberStatus $endpoints[0] -Cluster
        $first = Get-OwnPort
        $first | Should -Not -BeNullOrEmpty

        $results = Get-EtcdMemberStatus $endpoints[0] -Cluster | Test-EtcdDefragPolicy -Rule 'dbSize > 0' | Where-Object IsMatch | Invoke-EtcdDefrag
        $results.Outcome | Should -Be 'Defragmented', 'Defragmented', 'Defragmented'
        $null = Test-EtcdClusterHealth $endpoints
        $null = Get-EtcdDefragPlan $endpoints
        Get-OwnPort | Where-Object { $_ -notin $first } | Should -BeNullOrEmpty
    }

    It 'has other connections where the user is another one' {
        $null = Get-EtcdMemberStatus $endpoints[0]
        $first = Get-OwnPort
        $null = Get-EtcdMemberStatus $endpoints[0] -Credential ([pscredential]::new('root', (ConvertTo-SecureString 'word' -AsPlainText -Force)))
        Get-OwnPort | Where-Object { $_ -notin $first } | Should -Not -BeNullOrEmpty
    }

    It 'shares none with another runspace, and closes them with its own' {
        $null = Get-EtcdMemberStatus $endpoints[0]
        $first = Get-OwnPort
        $shell = New-InnerPowerShell
        try {
            $null = $shell.AddScript("Get-EtcdMemberStatus $($endpoints[0])").Invoke()
            $shell.HadErrors | Should -BeFalse
            $theirs = Get-OwnPort | Where-Object { $_ -notin $first }
            $theirs | Should -Not -BeNullOrEmpty
        }
        finally {
            $shell.Runspace.Close()
            $shell.Dispose()
        }

        Wait-Condition { -not (Get-OwnPort | Where-Object { $_ -in $theirs }) }
    }

    It 'closes them when the module is removed, and works again when it is imported again' {
        $shell = New-InnerPowerShell
        try {
            $first = Get-OwnPort
            $null = $shell.AddScript("Get-EtcdMemberStatus $($endpoints[0])").Invoke()
            $theirs = Get-OwnPort | Where-Object { $_ -notin $first }
            $theirs | Should -Not -BeNullOrEmpty

            $shell.Commands.Clear()
            $null = $shell.AddScript('Remove-Module EtcdDefrag').Invoke()
            Wait-Condition { -not (Get-OwnPort | Where-Object { $_ -in $theirs }) }

            $shell.Commands.Clear()
            $again = $shell.AddScript("Import-Module '$ModuleFolder/EtcdDefrag.psd1'; Get-EtcdMemberStatus $($endpoints[0])").Invoke()
            $again.Endpoint | Should -Be $endpoints[0]
        }
        finally {
            $shell.Dispose()
        }
    }

    It 'is one for each of ForEach-Object -Parallel' {
        $names = 1..12 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module (Join-Path $using:ModuleFolder 'EtcdDefrag.psd1')
            (Get-EtcdMemberStatus $using:endpoints[0] -Cluster | Get-EtcdMemberStatus).Count
        }
        $names | Should -Be (@(3) * 12)
    }

    It 'is left as it was by a cmdlet within another one' {
        $statuses = Get-EtcdMemberStatus $endpoints | ForEach-Object { $_ | Get-EtcdMemberStatus }
        $statuses.Endpoint | Should -Be $endpoints
    }

    It 'asks a member that was given up halfway over a new connection' {
        $null = Get-EtcdMemberStatus $endpoints
        Get-EtcdMemberStatus $endpoints | Select-Object -First 1 | Should -Not -BeNullOrEmpty
        (Get-EtcdMemberStatus $endpoints).Endpoint | Should -Be $endpoints
    }
}

Describe 'A session whose cluster has gone' {
    It 'says so as a new session would, and finds the cluster that takes its place' {
        $lost = Start-TestCluster -Members 1
        $null = Get-EtcdMemberStatus $lost.Endpoints
        Stop-TestCluster $lost
        Get-EtcdMemberStatus $lost.Endpoints -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$failed" | Should -BeLike '*cannot be reached: nothing listens there (connection refused)*'
    }
}

Describe 'A session whose user has another password' {
    BeforeAll {
        $secured = Start-TestCluster -Members 1
        $at = $secured.Endpoints[0]
        function Send-Auth {
            param([string] $Path, [hashtable] $Body = @{}, [hashtable] $Headers = @{})

            Invoke-RestMethod "$at/v3/auth/$Path" -Method Post -Body ($Body | ConvertTo-Json) -Headers $Headers
        }

        function Get-Login {
            param([string] $Password)

            [pscredential]::new('root', (ConvertTo-SecureString $Password -AsPlainText -Force))
        }

        $null = Send-Auth user/add @{ name = 'root'; password = 'first-word' }
        $null = Send-Auth user/grant @{ user = 'root'; role = 'root' }
    }

    AfterAll {
        Stop-TestCluster $secured
    }

    It 'notices that authentication was enabled' {
        Test-EtcdClusterHealth $at -Credential (Get-Login first-word) -Quiet | Should -BeTrue
        $null = Send-Auth enable
        Get-EtcdDefragPlan $at -Credential (Get-Login first-word) -AllowSmallCluster -ErrorAction Stop | Should -HaveCount 1
        { Get-EtcdDefragPlan $at -AllowSmallCluster -ErrorAction Stop } | Should -Throw -ErrorId 'NotPermitted,*'
    }

    It 'takes the new password and refuses the old one, as a new session would' {
        $token = (Send-Auth authenticate @{ name = 'root'; password = 'first-word' }).token
        $null = Send-Auth user/changepw @{ name = 'root'; password = 'second-word' } @{ Authorization = $token }

        $here = { Get-EtcdAlarm $at -Credential (Get-Login first-word) -ErrorAction Stop } | Should -Throw -PassThru
        $fresh = Invoke-FreshPowerShell "
            `$login = [pscredential]::new('root', (ConvertTo-SecureString 'first-word' -AsPlainText -Force))
            try { Get-EtcdAlarm $at -Credential `$login -ErrorAction Stop } catch { `"`$_`" }"
        "$here" | Should -BeExactly "$fresh"
        Get-EtcdAlarm $at -Credential (Get-Login second-word) -ErrorAction Stop | Should -BeNullOrEmpty
        { Get-EtcdAlarm $at -Credential (Get-Login first-word) -ErrorAction Stop } | Should -Throw "$here"
    }
}
