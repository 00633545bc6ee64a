# Progress: what takes longer than a second says what it waits for, and takes its bars away whatever ends it.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    . "$PSScriptRoot/Support/FalseServers.ps1"
    $silent = Start-SilentServer
}

AfterAll {
    Stop-FalseServer $silent
}

Describe '<_> of a member that hangs' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Get-EtcdAlarm', 'Get-EtcdDefragPlan', 'Invoke-EtcdDefrag', 'Move-EtcdLeader', 'Invoke-EtcdCompaction' {
    BeforeAll {
        $shell = New-InnerPowerShell
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $null = $shell.AddCommand($_).AddParameter('Endpoint', $silent.Endpoint).AddParameter('OperationTimeoutSeconds', 3).Invoke()
        $seconds = $clock.Elapsed.TotalSeconds
        $bars = $shell.Streams.Progress
    }

    AfterAll {
        $shell.Dispose()
    }

    It 'says whom it waits for, at most four times a second, and takes the bar away' {
        $bars[0].Activity | Should -Be $_
        $bars[0].StatusDescription | Should -Match "^Waiting for $([regex]::Escape($silent.Endpoint)), for \d+ s$"
        $bars.Count | Should -BeLessOrEqual (4 * $seconds)
        $bars[-1].RecordType | Should -Be 'Completed'
        $bars[-1].ActivityId | Should -Be $bars[0].ActivityId
    }
}

Describe 'A bar' {
    It 'is taken away where an error ends the cmdlet' {
        $shell = New-InnerPowerShell
        { $shell.AddCommand('Get-EtcdMemberStatus').AddParameter('Endpoint', $silent.Endpoint).AddParameter('OperationTimeoutSeconds', 3).AddParameter('ErrorAction', 'Stop').Invoke() } | Should -Throw
        $shell.Streams.Progress[0].RecordType | Should -Be 'Processing'
        $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
        $shell.Dispose()
    }

    It 'is not shown where the answer comes at once' {
        $shell = New-InnerPowerShell
        $null = $shell.AddScript('Get-EtcdMemberStatus 127.0.0.1:1; New-EtcdConnection 127.0.0.1:1').Invoke()
        $shell.Streams.Progress | Should -BeNullOrEmpty
        $shell.Dispose()
    }
}

Describe 'The bars of a run' {
    BeforeAll {
        $cluster = Start-TestCluster -FillMiB 16
        $shell = New-InnerPowerShell
    }

    AfterAll {
        $shell.Dispose()
        Stop-TestCluster $cluster
    }

    It 'are taken away where nobody wants more than the first result' {
        $results = $shell.AddScript("Invoke-EtcdDefrag $($cluster.Endpoints -join ',') | Select-Object -First 1").Invoke()
        $results | Should -HaveCount 1
        foreach ($id in 2379, 2380) {
            $bars = $shell.Streams.Progress.Where({ $_.ActivityId -eq $id })
            $bars[0].RecordType, $bars[-1].RecordType | Should -Be 'Processing', 'Completed'
        }
    }

    It 'count down to the end that is estimated for the bytes in use' {
        $progress = [Activator]::CreateInstance([EtcdDefrag.PowerShell.Views.OutputView].Assembly.GetType('EtcdDefrag.PowerShell.Running.RunProgress'))
        $step = [EtcdDefrag.Planning.EtcdDefragStep]::new()
        foreach ($value in @{ Endpoint = 'http://a:1'; Name = 'm1'; MemberId = '1'; DbSizeInUse = 2000000000 }.GetEnumerator()) {
            $step.GetType().GetProperty($value.Key).SetValue($step, $value.Value)
        }

        $progress.BeginRun([timespan]::Zero)
        $null = $progress.Plan([EtcdDefrag.Planning.EtcdDefragStep[]] $step)
        $render = $progress.Show($step, 'about 40 s')
        $shown = foreach ($seconds in 0, 10, 39.5, 60) {
            $run, $member = $render.Invoke([timespan]::FromSeconds($seconds))
            "$($run.StatusDescription) $($run.SecondsRemaining), $($member.Activity) $($member.PercentComplete) % $($member.SecondsRemaining)"
        }
        $shown | Should -Be '1 of 1 40, http://a:1 (m1) 0 % 40', '1 of 1 30, http://a:1 (m1) 25 % 30', '1 of 1 1, http://a:1 (m1) 98 % 1', '1 of 1 0, http://a:1 (m1) 99 % 0'
    }
}

Describe 'The bar of a snapshot' {
    It 'says how much is written, how fast, and when the rest will be' {
        $progress = [Activator]::CreateInstance([EtcdDefrag.PowerShell.Views.OutputView].Assembly.GetType('EtcdDefrag.PowerShell.Running.SnapshotProgress'), 'Saving')
        $progress.Render([timespan]::FromSeconds(1))[0].StatusDescription | Should -Be 'Waiting for the first part'
        $null = $progress.UpdateAsync(64MB, 192MB)
        $bar = $progress.Render([timespan]::FromSeconds(2))[0]
        $bar.StatusDescription | Should -Be '64.0 MiB of 256.0 MiB, 32.0 MiB/s'
        $bar.PercentComplete, $bar.SecondsRemaining | Should -Be 25, 6
    }
}
