# Ctrl+C: the cmdlet ends at once and leaves no error behind.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/FalseServers.ps1"
    $silent = Start-SilentServer
}

AfterAll {
    Stop-FalseServer $silent
}

Describe 'Stopping <_> while a member hangs' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag' {
    It 'ends it at once, without an error' {
        $command = $_
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$ModuleFolder/EtcdDefrag.psd1'").Invoke()
            $shell.Commands.Clear()
            $run = $shell.AddCommand($command).AddParameter('Endpoint', $silent.Endpoint).BeginInvoke()
            $run.AsyncWaitHandle.WaitOne(1000) | Should -BeFalse -Because 'the member hangs'

            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 2

            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
            $shell.Commands.Clear()
            $shell.AddScript('$global:Error.Count').Invoke() | Should -Be 0
        }
        finally {
            $shell.Dispose()
        }
    }
}

Describe 'Stopping a run between two members' {
    BeforeAll {
        . "$PSScriptRoot/Support/Cluster.ps1"
        $cluster = Start-TestCluster -FillMiB 32
        $endpoints = $cluster.Endpoints
        $before = Get-EtcdMemberStatus $endpoints
        $shell = New-InnerPowerShell
        $results = [Management.Automation.PSDataCollection[psobject]]::new()
        $nothing = [Management.Automation.PSDataCollection[psobject]]::new()
        $nothing.Complete()
        $null = $shell.AddCommand('Invoke-EtcdDefrag').AddParameter('Endpoint', $endpoints).AddParameter('PauseSeconds', 60)
        $null = $shell.BeginInvoke($nothing, $results)
        $patience = [Diagnostics.Stopwatch]::StartNew()
        while ($results.Count -eq 0 -and $patience.Elapsed.TotalSeconds -lt 30) {
            Start-Sleep -Milliseconds 20
        }

        $clock = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $took = $clock.Elapsed.TotalSeconds
    }

    AfterAll {
        $shell.Dispose()
        Stop-TestCluster $cluster
    }

    It 'ends it within a second' {
        $took | Should -BeLessThan 1
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
    }

    It 'leaves no error behind' {
        $shell.Streams.Error.Count | Should -Be 0
        $shell.Commands.Clear()
        $shell.AddScript('$global:Error.Count').Invoke() | Should -Be 0
    }

    It 'keeps the result that was given' {
        $results.Count | Should -Be 1
        $results[0].Outcome | Should -Be 'Defragmented'
    }

    It 'touches no further member' {
        $after = Get-EtcdMemberStatus $endpoints
        foreach ($status in $before) {
            $now = $after.Where({ $_.MemberId -eq $status.MemberId }).DbSize
            if ($status.MemberId -eq $results[0].MemberId) {
                $now | Should -BeLessThan $status.DbSize
            }
            else {
                $now | Should -Be $status.DbSize
            }
        }
    }

    It 'gives the lock back, so that another run may begin' {
        Invoke-EtcdDefrag $results[0].Endpoint -ErrorVariable failed | ForEach-Object Outcome | Should -Be 'Defragmented'
        $failed | Should -BeNullOrEmpty
    }
}

Describe 'Ctrl+C in a pwsh while the second member defragments' -Skip:$IsWindows {
    BeforeAll {
        . "$PSScriptRoot/Support/Cluster.ps1"
        $cluster = Start-TestCluster -FillMiB 512
        $endpoints = $cluster.Endpoints
        $before = Get-EtcdMemberStatus $endpoints
        $process = Start-FreshPowerShell "Invoke-EtcdDefrag $($endpoints -join ',') -Verbose | ForEach-Object { ""result `$(`$_.MemberId) `$(`$_.Outcome)"" }"
        $lines = [Collections.Generic.List[string]]::new()
        $begun = 0
        while ($begun -lt 2 -and $null -ne ($line = $process.StandardOutput.ReadLine())) {
            $lines.Add($line)
            $begun += $line -match 'Defragmenting http'
        }

        $clock = [Diagnostics.Stopwatch]::StartNew()
        sh -c "kill -INT $($process.Id)"
        $rest = $process.StandardOutput.ReadToEnd() -split "`n"
        $process.WaitForExit()
        $took = $clock.Elapsed.TotalSeconds
        $third = $before.Where({ -not ($lines -like "*Defragmenting $($_.Endpoint) *") })
    }

    AfterAll {
        $process.Dispose()
        Stop-TestCluster $cluster
    }

    It 'ends the process at once' {
        $took | Should -BeLessThan 2
        $process.ExitCode | Should -Not -Be 0
    }

    It 'says that the member goes on by itself' {
        $rest -like 'WARNING: * goes on defragmenting by itself*' | Should -Not -BeNullOrEmpty
    }

    It 'keeps the result that was given, and gives no other' {
        ($lines -like 'result *').Count | Should -Be 1
        $rest -like 'result *' | Should -BeNullOrEmpty
    }

    It 'lets the second member come to its end, and does not touch the third' {
        $second = $before.Where({ $lines[-1] -like "*Defragmenting $($_.Endpoint) *" })
        $patience = [Diagnostics.Stopwatch]::StartNew()
        do {
            # While it is at it the member gives no status.
            $now = Get-EtcdMemberStatus $second.Endpoint -ErrorAction Ignore
        } until (($now -and $now.DbSize -lt $second.DbSize) -or $patience.Elapsed.TotalSeconds -gt 30)

        $now.DbSize | Should -BeLessThan $second.DbSize
        (Get-EtcdMemberStatus $third.Endpoint).DbSize | Should -Be $third.DbSize
    }

    It 'is over for a script as fast, without an error' {
        $shell = New-InnerPowerShell
        try {
            $null = $shell.AddCommand('Invoke-EtcdDefrag').AddParameter('Endpoint', $third.Endpoint).AddParameter('NoLock').AddParameter('Verbose')
            $null = $shell.BeginInvoke()
            $patience = [Diagnostics.Stopwatch]::StartNew()
            while (-not ($shell.Streams.Verbose -like 'Defragmenting http*') -and $patience.Elapsed.TotalSeconds -lt 30) {
                Start-Sleep -Milliseconds 5
            }

            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 1
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
            $shell.Commands.Clear()
            $shell.AddScript('$global:Error.Count').Invoke() | Should -Be 0
        }
        finally {
            $shell.Dispose()
        }
    }
}
