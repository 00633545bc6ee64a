# The tour, in the order in which it is walked. $e is an endpoint of a sandbox with fragmented databases.
@{
    Steps = @(
        @{
            Say = 'Import the module. It contacts no cluster, and its libraries cannot conflict with those of other modules.'
            Run = 'Import-Module ./out/EtcdDefrag; Get-Command -Module EtcdDefrag | Format-Wide -AutoSize'
        }
        @{
            Say = 'Look. One endpoint is enough to find the others. `Free` is the share of the file that a defragmentation would reclaim.'
            Run = 'Get-EtcdMemberStatus $e -Cluster'
            Picture = 'status'
        }
        @{
            Say = 'The full status of one member:'
            Run = 'Get-EtcdMemberStatus $e | Format-List'
        }
        @{
            Say = 'Judge. Is the cluster healthy, and is any member worth defragmenting?'
            Run = 'Test-EtcdClusterHealth $e'
            Picture = 'health'
        }
        @{
            Say = 'A rule gives its answer with the numbers that decided:'
            Run = 'Get-EtcdMemberStatus $e -Cluster | Test-EtcdDefragPolicy -Rule ''dbQuotaUsage > 80% or dbSizeFree > 40M'''
        }
        @{
            Say = 'Plan. What would be done, in which order, and for how long would each member pause?'
            Run = 'Get-EtcdDefragPlan $e -Cluster -Rule ''dbSizeFree > 40M'''
            Picture = 'plan'
        }
        @{
            Say = '`-WhatIf` shows the plan of the real run, after every guard has been asked:'
            Run = 'Invoke-EtcdDefrag $e -Cluster -Rule ''dbSizeFree > 40M'' -WhatIf -WarningAction Ignore'
        }
        @{
            Say = 'The monitor does all of this by itself, at every check, until it is stopped. Its first six events, with `-WhatIf`:'
            Run = 'Start-EtcdDefragMonitor $e -Rule ''dbSizeFree > 40M'' -DefragOnStartup -WhatIf | Select-Object -First 6'
            Picture = 'monitor'
        }
        @{
            Say = 'Run. Each result is written as soon as its member is done:'
            Run = '$results = Invoke-EtcdDefrag $e -Cluster -Rule ''dbSizeFree > 40M''; $results'
            Picture = 'result'
        }
        @{
            Say = 'A result has more figures than the table shows:'
            Run = '$results[-1] | Format-List'
        }
        @{
            Say = 'Help works offline:'
            Run = 'Get-Help Invoke-EtcdDefrag -Parameter MoveLeader'
        }
        @{
            Say = 'An error says what was wrong, with which member, and what to do:'
            Run = 'Get-EtcdMemberStatus 127.0.0.1:1'
        }
        @{
            Say = 'Its id is stable, for scripts:'
            Run = '$Error[0].FullyQualifiedErrorId; "$($Error[0].CategoryInfo.Category)"; $Error[0].ErrorDetails.RecommendedAction'
        }
    )
}
