# What is no etcd endpoint, or none that answers: one clear error, in time.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/FalseServers.ps1"

    function Get-Failure {
        param([scriptblock] $Script)

        $clock = [Diagnostics.Stopwatch]::StartNew()
        $output = & $Script 2>&1
        @{
            Errors  = @($output | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
            Objects = @($output | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] })
            Took    = $clock.Elapsed
        }
    }
}

Describe 'An endpoint that is none: <Text>' -ForEach @(
    @{ Text = ''; Problem = 'it is empty' }
    @{ Text = '   '; Problem = 'it is empty' }
    @{ Text = 'ftp://127.0.0.1:2379'; Problem = "the scheme 'ftp' is not one of http, https" }
    @{ Text = 'http://127.0.0.1:2379/v3'; Problem = "it contains the path '/v3'" }
    @{ Text = '127.0.0.1:0'; Problem = "the port '0' is not a number from 1 to 65535" }
    @{ Text = '127.0.0.1:99999'; Problem = "the port '99999' is not a number from 1 to 65535" }
    @{ Text = '127.0.0.1:abc'; Problem = "the port 'abc' is not a number from 1 to 65535" }
    @{ Text = '::1'; Problem = 'an IPv6 address must be in brackets' }
    @{ Text = '[::1:2379'; Problem = 'the brackets do not hold an IPv6 address' }
    @{ Text = 'http://'; Problem = 'it names no host' }
) {
    It '<_> names the text and what is wrong with it' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag' {
        $command = $_
        $failure = Get-Failure { & $command -Endpoint $Text }
        $failure.Objects | Should -BeNullOrEmpty
        $failure.Errors.Count | Should -Be 1
        $failure.Errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidEndpoint,*'
        $failure.Errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.Errors[0].TargetObject | Should -Be $Text
        "$($failure.Errors[0])" | Should -Match ([regex]::Escape("'$Text' is not a valid etcd endpoint: $Problem"))
        $failure.Errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'An endpoint with a password in it' {
    It 'is refused without showing the password' {
        $failure = Get-Failure { Get-EtcdMemberStatus 'http://root:geheim@127.0.0.1:2379' }
        $failure.Errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidEndpoint,*'
        "$($failure.Errors[0]) $($failure.Errors[0].TargetObject)" | Should -Not -BeLike '*geheim*'
    }
}

Describe 'No endpoint at all' {
    It '<_> refuses null' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag' {
        $command = $_
        { & $command -Endpoint $null -ErrorAction Stop } | Should -Throw '-Endpoint is $null.' -ErrorId 'NoEndpoint,*'
        { & $command -Endpoint 'http://127.0.0.1:1', $null } | Should -Throw '$null was given to -Endpoint*' -ErrorId 'InvalidInputObject,*'
    }

    It '<_> does nothing for an empty pipeline' -ForEach 'Get-EtcdMemberStatus', 'Test-EtcdClusterHealth', 'Invoke-EtcdDefrag' {
        $command = $_
        @() | & $command | Should -BeNullOrEmpty
    }

    It 'says so in the verbose stream' {
        @() | Invoke-EtcdDefrag -Verbose 4>&1 | Should -BeLike '*there is nothing to do*'
    }
}

Describe 'An endpoint that does not answer as a member' {
    BeforeAll {
        $silent = Start-SilentServer
        $old = Start-OldWebServer
        $probe = Start-SilentServer
        $closed = $probe.Endpoint
        Stop-FalseServer $probe
    }

    AfterAll {
        Stop-FalseServer $silent
        Stop-FalseServer $old
    }

    It 'nothing listens there' {
        $failure = Get-Failure { Get-EtcdMemberStatus $closed }
        $failure.Errors.Count | Should -Be 1
        $failure.Errors[0].FullyQualifiedErrorId | Should -Be 'EtcdUnreachable,EtcdDefrag.PowerShell.Commands.GetEtcdMemberStatusCommand'
        $failure.Errors[0].CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.Errors[0].TargetObject | Should -Be $closed
        $failure.Errors[0].Exception | Should -BeOfType EtcdDefrag.Connection.EtcdException
        "$($failure.Errors[0])" | Should -BeLike "$closed cannot be reached*"
        $failure.Errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure.Took.TotalSeconds | Should -BeLessThan 5
    }

    It 'the host name does not resolve' {
        $failure = Get-Failure { Get-EtcdMemberStatus 'no-such-host.invalid' -ConnectionTimeoutSeconds 3 -OperationTimeoutSeconds 1 }
        $failure.Errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
        $failure.Errors[0].TargetObject | Should -Be 'http://no-such-host.invalid:2379'
        "$($failure.Errors[0])" | Should -BeLike '*no-such-host.invalid*'
        $failure.Took.TotalSeconds | Should -BeLessThan 10
    }

    It 'something else listens there' {
        $failure = Get-Failure { Get-EtcdMemberStatus $old.Endpoint }
        $failure.Errors.Count | Should -Be 1
        $failure.Errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdNotSpoken,*'
        $failure.Errors[0].CategoryInfo.Category | Should -Be 'ProtocolError'
        $failure.Errors[0].TargetObject | Should -Be $old.Endpoint
        $failure.Took.TotalSeconds | Should -BeLessThan 5
    }

    It 'it hangs' {
        $failure = Get-Failure { Get-EtcdMemberStatus $silent.Endpoint -ConnectionTimeoutSeconds 1 -OperationTimeoutSeconds 1 }
        $failure.Errors.Count | Should -Be 1
        $failure.Errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdTimeout,*'
        $failure.Errors[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failure.Errors[0].TargetObject | Should -Be $silent.Endpoint
        $failure.Took.TotalSeconds | Should -BeLessThan 6
    }

    It 'all are asked at once' {
        $several = 1..4 | ForEach-Object { Start-SilentServer }
        try {
            $failure = Get-Failure { Get-EtcdMemberStatus $several.Endpoint -ConnectionTimeoutSeconds 1 -OperationTimeoutSeconds 1 }
        }
        finally {
            $several | ForEach-Object { Stop-FalseServer $_ }
        }

        $failure.Errors.TargetObject | Should -Be $several.Endpoint
        $failure.Took.TotalSeconds | Should -BeLessThan 6
    }

    It 'is an unhealthy cluster, in words' {
        $health = Test-EtcdClusterHealth $closed
        $health.IsHealthy | Should -BeFalse
        $health.Reasons | Should -BeLike "$closed cannot be reached*"
        Test-EtcdClusterHealth $closed -Quiet | Should -BeExactly $false
    }

    It 'is not defragmented' {
        $failure = Get-Failure { Invoke-EtcdDefrag $closed }
        $failure.Objects.Count | Should -Be 1
        $failure.Objects[0].Outcome, $failure.Objects[0].Endpoint | Should -Be 'NotAttempted', $closed
        $failure.Objects[0].Reason | Should -BeLike "$closed cannot be reached*"
        $failure.Errors.Count | Should -Be 1
        $failure.Errors[0].FullyQualifiedErrorId | Should -BeLike 'VoterUnreachable,*'
        $failure.Errors[0].TargetObject | Should -Be $closed
    }

    It 'ends at once with -ErrorAction Stop' {
        { Get-EtcdMemberStatus $closed, $old.Endpoint -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdUnreachable,*'
    }
}

Describe 'Hostile text' {
    It 'in an endpoint is shown on one line, escaped and cut' {
        $failure = Get-Failure { Get-EtcdMemberStatus -Endpoint "http://a`nWARNING: forged`e[2J`u{202e}$('x' * 100000)" }
        $failure.Errors.Count | Should -Be 1
        $text = "$($failure.Errors[0])"
        $text | Should -Match ([regex]::Escape("'http://a\nWARNING: forged\u001b[2J\u202exxx"))
        $text | Should -Not -Match '[\p{C}\u2028\u2029]'
        $text.Length | Should -BeLessThan 2000
    }

    It 'in a member''s name stays one argument when Tab types it: <_>' -ForEach "x'; Stop-Computer #", "x`u{2019}; Stop-Computer #", "x`u{201b}`$(Stop-Computer)", 'x y' {
        $type = (Get-Module EtcdDefrag).ImplementingAssembly.GetType('EtcdDefrag.PowerShell.Completion.CompletionText')
        $typed = $type.GetMethod('Of').Invoke($null, @($_, ''))
        $ast = [Management.Automation.Language.Parser]::ParseInput("Test-It $typed", [ref] $null, [ref] $null)
        $ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true).Count | Should -Be 1
        $ast.EndBlock.Statements[0].PipelineElements[0].CommandElements[1].Value | Should -BeExactly $_
        $type.GetMethod('CanBeTyped').Invoke($null, @("x`e[2J")) | Should -BeFalse
    }
}
