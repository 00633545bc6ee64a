# When a defragmentation is worth its pause: rules and policies, by numbers alone and on a real cluster.

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/Cluster.ps1"
    $presets = (Get-Preset).Name
    $fragmented = [pscustomobject]@{ Site = 'a'; DbSize = 744MB; DbSizeInUse = 76MB; DbQuota = 4GB }
    $compact = [pscustomobject]@{ Site = 'b'; DbSize = 744MB; DbSizeInUse = 740MB; DbQuota = 4GB }

    function Get-Completion {
        param([string] $Line)

        [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, @{}).CompletionMatches.CompletionText
    }
}

Describe '<Cmdlet> -Rule and -Policy' -ForEach @(
    @{ Cmdlet = 'Invoke-EtcdDefrag'; Fixed = @{ Endpoint = '127.0.0.1:1' } }
    @{ Cmdlet = 'Get-EtcdDefragPlan'; Fixed = @{ Endpoint = '127.0.0.1:1' } }
    @{ Cmdlet = 'Test-EtcdDefragPolicy'; Fixed = @{ DbSize = 2; DbSizeInUse = 1 } }
) {
    It 'do not go together' {
        { & $Cmdlet @Fixed -Rule 'dbSize > 1M' -Policy Balanced } | Should -Throw '*-Rule and -Policy*' -ErrorId 'RuleAndPolicy,*'
    }

    It 'a rule that is none ends the cmdlet before anybody is asked' {
        $rule = 'dbSizE > 1M'
        $problem = { & $Cmdlet @Fixed -Rule $rule } | Should -Throw -ErrorId 'InvalidRule,*' -PassThru
        $problem.CategoryInfo.Category | Should -Be 'ParserError'
        $problem.TargetObject | Should -Be $rule
        "$problem" | Should -BeLike "$rule`n^ *dbSize*"
        $problem.Exception.Position | Should -Be 0
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'an empty rule is refused, and never taken for none' -ForEach @{ Text = '' }, @{ Text = ' ' }, @{ Text = $null } {
        { & $Cmdlet @Fixed -Rule $Text } | Should -Throw '*-Rule*' -ErrorId 'InvalidRule,*'
    }

    It 'an unknown preset is refused, with the known ones' {
        $problem = { & $Cmdlet @Fixed -Policy Nonsense } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -PassThru
        "$problem" | Should -BeLike "*'Nonsense'*$($presets -join ', ')*"
    }

    It 'what is no policy is refused, and never taken for none' -ForEach @{ Value = $null }, @{ Value = @{ MinDbSize = 1 } }, @{ Value = 5 } {
        { & $Cmdlet @Fixed -Policy $Value } | Should -Throw -ErrorId 'ParameterArgument*'
    }

    It 'presets are completed' {
        Get-Completion "$Cmdlet -Policy " | Should -Be $presets
        Get-Completion "$Cmdlet -Policy open" | Should -Be 'OpenShift'
    }
}

Describe 'Test-EtcdDefragPolicy' {
    It 'takes sizes from any object' {
        $result = $fragmented | Test-EtcdDefragPolicy -Rule 'db_size_in_use/db_total_size < 0.5 && db_size_in_use > 20M'
        $result | Should -BeOfType EtcdDefrag.PowerShell.Policies.EtcdPolicyResult
        $result.IsMatch | Should -BeTrue
        $result.Reason | Should -BeLike 'dbSizeInUse / dbSize < 0.5 (0.1) and dbSizeInUse > 20M (76 MiB): matches*'
        $result.DbSize, $result.DbSizeInUse, $result.DbQuota | Should -Be 744MB, 76MB, 4GB
    }

    It 'takes numbers as parameters' {
        (Test-EtcdDefragPolicy -DbSize 500MB -DbSizeInUse 400MB -Policy openshift).IsMatch | Should -BeFalse
        (Test-EtcdDefragPolicy -DbSize 500MB -DbSizeInUse 100MB -Policy openshift).IsMatch | Should -BeTrue
    }

    It '<Rule> is answered from what is given' -ForEach @(
        @{ Rule = 'isLeader'; Given = @{ IsLeader = $true } }
        @{ Rule = 'isLearner'; Given = @{ IsLearner = $true } }
        @{ Rule = 'version >= 3.5.6'; Given = @{ Version = '3.5.16' } }
        @{ Rule = 'raftLag == 7'; Given = @{ RaftLag = 7 } }
        @{ Rule = 'hasNoSpaceAlarm'; Given = @{ Alarms = 'NoSpace' } }
        @{ Rule = 'dbQuotaUsage == 0.5'; Given = @{ DbQuota = 4MB } }
        @{ Rule = 'dbQuotaUsage < 0.01'; Given = @{ DbQuotaSource = 'None' } }
    ) {
        (Test-EtcdDefragPolicy -DbSize 2MB -DbSizeInUse 1MB -Rule $Rule @Given).IsMatch | Should -BeTrue
    }

    It 'lets only what matches through, unchanged' {
        $through = @($compact, $fragmented, $compact | Test-EtcdDefragPolicy -Policy Balanced -PassThru)
        $through.Count | Should -Be 1
        [object]::ReferenceEquals($through[0], $fragmented) | Should -BeTrue
        { Test-EtcdDefragPolicy -DbSize 2 -DbSizeInUse 1 -Policy Balanced -PassThru } | Should -Throw -ErrorId 'NothingToPassThru,*'
    }

    It 'does not take over from one object what the next one lacks' {
        $results = $fragmented, [pscustomobject]@{ DbSize = 2MB; DbSizeInUse = 1MB } | Test-EtcdDefragPolicy -Rule 'dbSize > 1'
        $results.DbQuota | Should -Be 4GB, $null
    }

    It 'warns where a defragmentation cannot help' {
        (Test-EtcdDefragPolicy -DbSize 3.9GB -DbSizeInUse 3.9GB -DbQuota 4GB -Policy OpenShift).Warning | Should -BeLike '*larger quota*'
    }

    It 'a rule that cannot be answered is one error for one object, and no "no"' {
        $unknown = [pscustomobject]@{ DbSize = 2MB; DbSizeInUse = 1MB }
        $results = $unknown, $fragmented | Test-EtcdDefragPolicy -Rule 'dbQuotaUsage > 0.1' -ErrorVariable failed -ErrorAction SilentlyContinue
        @($results).Count | Should -Be 1
        @($failed).Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PolicyUnanswerable,*'
        $failed[0].TargetObject.DbSize | Should -Be 2MB
    }

    It 'needs something to judge by' {
        { $fragmented | Test-EtcdDefragPolicy } | Should -Throw '*-Rule*-Policy*Balanced*' -ErrorId 'NoPolicy,*'
    }

    It 'has a table view' {
        $lines = $fragmented | Test-EtcdDefragPolicy -Policy Balanced | Format-Table | Out-String -Width 160 -Stream | Where-Object { $_ }
        $lines[0] -split '\s+' | Where-Object { $_ } | Should -Be 'Endpoint', 'IsMatch', 'DbSize', 'InUse', 'Reason'
    }
}

Describe 'New-EtcdDefragPolicy' {
    It 'gives a preset as it is' {
        New-EtcdDefragPolicy -Preset openshift | Should -Be (Get-Preset | Where-Object Name -CEQ 'OpenShift')
        Get-Completion 'New-EtcdDefragPolicy -Preset ' | Should -Be $presets
    }

    It 'changes a preset, which then is no longer called so' {
        $policy = New-EtcdDefragPolicy OpenShift -MinDbSize 1MB -MaxFragmentedPercentage $null
        $policy.MinDbSize | Should -Be 1MB
        $policy.MaxFragmentedPercentage | Should -BeNullOrEmpty
        $policy.Name | Should -Be 'Custom'
        $policy.Source | Should -Be 'OpenShift, changed'
    }

    It 'takes every threshold, and a name' {
        $policy = New-EtcdDefragPolicy -Name Night -MaxFragmentedPercentage 30 -MaxQuotaUsagePercentage 70.5 -MinDbSize 1GB -MinReclaimable 1MB -MinIntervalMinutes 90
        $policy.Name | Should -Be 'Night'
        $policy.MaxFragmentedPercentage, $policy.MaxQuotaUsagePercentage | Should -Be 30, 70.5
        $policy.MinDbSize, $policy.MinReclaimable | Should -Be 1GB, 1MB
        $policy.MinInterval | Should -Be ([timespan]::FromMinutes(90))
    }

    It 'takes a rule, and what it makes is a policy' {
        $policy = New-EtcdDefragPolicy -Rule 'dbSizeFree > 600M' -MinIntervalMinutes 5
        $policy.Rule.Text | Should -Be 'dbSizeFree > 600M'
        @($fragmented, $compact | Test-EtcdDefragPolicy -Policy $policy).IsMatch | Should -Be $true, $false
    }

    It 'refuses <Given.Keys> = <Given.Values>' -ForEach @(
        @{ Id = 'EmptyPolicy'; Given = @{} }
        @{ Id = 'EmptyPolicy'; Given = @{ Name = 'x' } }
        @{ Id = 'InvalidRule'; Given = @{ Rule = '' } }
        @{ Id = 'InvalidRule'; Given = @{ Rule = $null } }
        @{ Id = 'InvalidRule'; Given = @{ Rule = 'dbSize >' } }
        @{ Id = 'RuleAndThresholds'; Given = @{ Rule = 'dbSize > 1'; MinDbSize = 1 } }
        @{ Id = 'RuleAndThresholds'; Given = @{ Preset = 'UpstreamAlert'; MinDbSize = 1 } }
        @{ Id = 'ParameterArgumentTransformationError'; Given = @{ Preset = 'Nonsense' } }
        @{ Id = 'ParameterArgumentValidationError'; Given = @{ MaxFragmentedPercentage = 101 } }
        @{ Id = 'ParameterArgumentValidationError'; Given = @{ MaxQuotaUsagePercentage = [double]::NaN } }
        @{ Id = 'ParameterArgumentValidationError'; Given = @{ MinReclaimable = -1 } }
        @{ Id = 'ParameterArgumentValidationError'; Given = @{ MinIntervalMinutes = [double]::MaxValue } }
    ) {
        { New-EtcdDefragPolicy @Given } | Should -Throw -ErrorId "$Id,*"
    }
}

Describe 'On a cluster of three fragmented members' {
    BeforeAll {
        $cluster = Start-TestCluster -FillMiB 16
        $endpoints = $cluster.Endpoints
        $before = Get-EtcdMemberStatus $endpoints
        $leader = $before | Where-Object IsLeader
        # By this alone members differ for sure, so that a rule can choose among them.
        $followersOnly = 'dbSizeFree > 1M && !isLeader'
    }

    AfterAll {
        Stop-TestCluster $cluster
    }

    It 'the plan of a rule has the fragmented members, the leader last' {
        $plan = Get-EtcdDefragPlan $endpoints[0] -Cluster -Rule 'dbSizeFree > 1M'
        $plan | ForEach-Object { $_ | Should -BeOfType EtcdDefrag.Planning.EtcdDefragStep }
        $plan.Order | Should -Be 1, 2, 3
        $plan.Action | Sort-Object -Unique | Should -Be 'Defragment'
        $plan[2].Endpoint | Should -Be $leader.Endpoint
        $plan | ForEach-Object { $_.Reason | Should -BeLike 'dbSizeFree > 1M (*)*' }
    }

    It 'the plan of OpenShift skips small members, and says why' {
        $plan = $before | Get-EtcdDefragPlan -Policy OpenShift
        $plan.Count | Should -Be 3
        $plan.Action | Sort-Object -Unique | Should -Be 'Skip'
        $plan | ForEach-Object { $_.Reason | Should -BeLike 'OpenShift: *size * (less than 100 MiB)*' }
    }

    It 'the plan has the members that were named' {
        @($leader | Get-EtcdDefragPlan).Endpoint | Should -Be $leader.Endpoint
        @(Get-EtcdDefragPlan $endpoints[1]).Count | Should -Be 1
        @($leader | Get-EtcdDefragPlan -Cluster).Count | Should -Be 3
    }

    It 'a member that does not answer is an error, and the others are planned' {
        $plan = Get-EtcdDefragPlan ($endpoints + '127.0.0.1:1') -ErrorVariable failed -ErrorAction SilentlyContinue
        $plan.Count | Should -Be 3
        @($failed).Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
    }

    It 'the plan has a table view' {
        $lines = Get-EtcdDefragPlan $endpoints | Format-Table | Out-String -Width 200 -Stream | Where-Object { $_ }
        $lines[0] -split '\s+' | Where-Object { $_ } | Should -Be 'Order', 'Endpoint', 'Size', 'Free', 'Pause', 'Action'
    }

    It '-WhatIf shows the order of the plan' {
        $plan = Get-EtcdDefragPlan $endpoints -Rule 'dbSizeFree > 1M'
        $steps = Invoke-EtcdDefrag $endpoints -Rule 'dbSizeFree > 1M' -WhatIf -Verbose 4>&1 | Where-Object { $_ -like 'Step * of 3: *' }
        $steps | ForEach-Object { "$_" -replace '^.*Defragment (http://\S+) .*$', '$1' } | Should -Be $plan.Endpoint
    }

    It 'a status has all that a rule asks for' {
        $through = $before | Test-EtcdDefragPolicy -PassThru -Rule 'isLeader and dbQuota > 0 and version >= 3.4 and not hasNoSpaceAlarm'
        $through | Should -Be $leader
    }

    It 'a rule that cannot be answered plans nothing and touches nobody' {
        $rule = 'dbSizeFree / (dbSize - dbSize) > 1'
        Get-EtcdDefragPlan $endpoints -Rule $rule -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PolicyUnanswerable,*'
        $results = Invoke-EtcdDefrag $endpoints -Rule $rule -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'PolicyUnanswerable,*'
        $refused[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
        $results.Outcome | Sort-Object -Unique | Should -Be 'NotAttempted'
    }

    It 'a policy that matches nobody touches nobody' {
        $results = Invoke-EtcdDefrag $endpoints -Policy OpenShift -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $results.Count | Should -Be 3
        $results.Outcome | Sort-Object -Unique | Should -Be 'Skipped'
        (Get-EtcdMemberStatus $endpoints).DbSize | Should -Be $before.DbSize
    }

    It 'the steps of a plan are carried out, and what it skips is left alone' -ForEach $false, $true {
        $plan = Get-EtcdDefragPlan $endpoints -Rule $followersOnly
        $steps = $_ ? [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($plan)) : $plan
        $shown = $steps | Invoke-EtcdDefrag -WhatIf -Verbose 4>&1 | Where-Object { $_ -like 'Step *' }
        $shown.Count | Should -Be 2
        $shown | Should -Not -BeLike "*$($leader.Endpoint)*"
        $plan | Where-Object Action -EQ 'Skip' | Invoke-EtcdDefrag | Should -BeNullOrEmpty
    }

    It 'a rule that matches some touches those alone' {
        $results = Invoke-EtcdDefrag $endpoints -Rule $followersOnly
        $results.Outcome | Should -Be 'Defragmented', 'Defragmented', 'Skipped'
        $results[2].Endpoint | Should -Be $leader.Endpoint
        (Get-EtcdMemberStatus $leader.Endpoint).DbSize | Should -Be $leader.DbSize
        (Get-EtcdDefragPlan $endpoints -Rule 'dbSizeFree > 1M' | Where-Object Action -EQ 'Defragment').Endpoint | Should -Be $leader.Endpoint
    }
    It 'a policy touches the one member that is fragmented, as its plan and -WhatIf say' {
        $policy = New-EtcdDefragPolicy OpenShift -MinDbSize 10MB
        $plan = Get-EtcdMemberStatus $endpoints[0] -Cluster | Get-EtcdDefragPlan -Policy $policy
        $plan.Action | Should -Be 'Skip', 'Skip', 'Defragment'
        $plan[2].Endpoint | Should -Be $leader.Endpoint
        $plan.Reason | Should -BeLike 'Custom: *'

        $whatIf = Invoke-EtcdDefrag $endpoints -Policy $policy -WhatIf
        $whatIf.Endpoint | Should -Be $plan[0, 1].Endpoint -Because 'what is skipped is so already'
        $whatIf.Reason | Should -Be $plan[0, 1].Reason

        $results = Invoke-EtcdDefrag $endpoints -Policy $policy
        $results.Outcome | Should -Be 'Skipped', 'Skipped', 'Defragmented'
        $results[2].Endpoint | Should -Be $leader.Endpoint
        (Get-EtcdDefragPlan $endpoints -Policy $policy).Action | Sort-Object -Unique | Should -Be 'Skip'
    }
}

Describe 'A policy that went through a job or a file' {
    It 'is the same again, written <Depth> deep' -ForEach @{ Depth = 1 }, @{ Depth = 3 } {
        $policies = @(
            New-EtcdDefragPolicy OpenShift
            New-EtcdDefragPolicy -MaxQuotaUsagePercentage 80 -MinReclaimable 10MB -MinIntervalMinutes 90 -Name Nightly
            New-EtcdDefragPolicy -Rule 'dbQuotaUsage > 80% or dbSizeFree > 200M' -MinIntervalMinutes 5
        )
        foreach ($policy in $policies) {
            $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($policy, $Depth))
            $again = New-EtcdDefragPolicy $back
            "$($again.Rule)" | Should -BeExactly "$($policy.Rule)"
            foreach ($property in 'Name', 'MaxFragmentedPercentage', 'MaxQuotaUsagePercentage', 'MinDbSize', 'MinReclaimable', 'MinInterval', 'Source') {
                $again.$property | Should -BeExactly $policy.$property -Because $property
            }

            (Test-EtcdDefragPolicy -DbSize 1900MB -DbSizeInUse 100MB -DbQuota 2GB -Policy $back).IsMatch | Should -BeTrue
            (Test-EtcdDefragPolicy -DbSize 100MB -DbSizeInUse 99MB -DbQuota 2GB -Policy $back).IsMatch | Should -BeFalse
        }
    }

    It 'is refused where its rule was spoilt' {
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((New-EtcdDefragPolicy -Rule 'dbSize > 1G')))
        $back.Rule = 'dbSize >'
        { New-EtcdDefragPolicy $back } | Should -Throw '*The policy cannot be read*New-EtcdDefragPolicy again*' -ErrorId 'ParameterArgumentTransformationError,*'
    }
}
