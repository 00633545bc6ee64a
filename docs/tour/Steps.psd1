# The tour, in the order in which it is walked. $e is an endpoint of a sandbox with fragmented databases.
@{
    Steps = @(
        @{
            Say = 'Import the module. Nothing is asked of anybody, and nothing is loaded that another module could quarrel with.'
            Run = 'Import-Module ./out/EtcdDefrag; Get-Command -Module EtcdDefrag | Format-Wide -AutoSize'
        }
        @{
            Say = 'Look. One endpoint is enough to find the others; sizes are the members'' own.'
            Run = 'Get-EtcdMemberStatus $e -Cluster'
            Picture = 'status'
        }
        @{
            Say = 'Everything that one of them says of itself:'
            Run = 'Get-EtcdMemberStatus $e | Format-List'
        }
        @{
            Say = 'Judge. Is the cluster well, and is any member worth its pause?'
            Run = 'Test-EtcdClusterHealth $e'
        }
        @{
            Say = 'A policy answers with its reason:'
            Run = 'Get-EtcdMemberStatus $e -Cluster | Test-EtcdDefragPolicy -Rule ''dbQuotaUsage > 80% or dbSizeFree > 40M'''
        }
        @{
            Say = 'Plan. What would be done, in which order, and what it would cost:'
            Run = 'Get-EtcdDefragPlan $e -Cluster -Rule ''dbSizeFree > 40M'''
            Picture = 'plan'
        }
        @{
            Say = '`-WhatIf` shows the very plan that the run takes, after every guard has been asked:'
            Run = 'Invoke-EtcdDefrag $e -Cluster -Rule ''dbSizeFree > 40M'' -WhatIf -WarningAction Ignore'
        }
        @{
            Say = 'Run. Each result comes as soon as its member is done; warnings are about this release of etcd.'
            Run = '$results = Invoke-EtcdDefrag $e -Cluster -Rule ''dbSizeFree > 40M''; $results'
            Picture = 'result'
        }
        @{
            Say = 'The result has all its figures, in bytes:'
            Run = '$results[-1] | Format-List'
        }
        @{
            Say = 'Help is there without a network:'
            Run = 'Get-Help Invoke-EtcdDefrag -Parameter MoveLeader'
        }
        @{
            Say = 'And an error says what was wrong, with whom, and the way out:'
            Run = 'Get-EtcdMemberStatus 127.0.0.1:1'
        }
        @{
            Say = 'Its id is stable, for scripts:'
            Run = '$Error[0].FullyQualifiedErrorId; "$($Error[0].CategoryInfo.Category)"; $Error[0].ErrorDetails.RecommendedAction'
        }
    )
}
