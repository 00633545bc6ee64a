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
