namespace EtcdDefrag.Unit.Policy;

/// <summary>Rules about <see cref="RuleMembers.Fragmented"/>: T matches and F does not.</summary>
internal static class RuleTable
{
    public const string OfFragmented = """
        T true
        F false
        T TRUE
        F False
        T dbSize == 744M
        T db_size == 744M
        T db_total_size == 744M
        T dbSizeInUse == 76M
        T db_size_in_use == 76M
        T dbSizeFree == 668M
        T db_size_free == 668M
        T dbQuota == 4G
        T db_quota == 4G
        T dbQuotaUsage == 744/4096
        T db_quota_usage == 0.181640625
        T fragmentedRatio == 668/744
        T isLeader
        F isLearner
        F hasNoSpaceAlarm
        T raftLag == 3
        T 1K == 1024
        T 1k == 1024
        T 1KB == 1024
        T 1kb == 1024
        T 1Ki == 1024
        T 1KiB == 1024
        T 1kIb == 1024
        T 1M == 1048576
        T 1MB == 1Mi
        T 1MiB == 1m
        T 1G == 1024M
        T 1GB == 1GiB
        T 1Gi == 1g
        T 1T == 1024G
        T 1TB == 1TiB
        T 1ti == 1T
        T 1.5K == 1536
        T .5M == 512K
        T 1e3K == 1024000
        T 1e-1K == 102.4
        T 2_000K == 2048000
        T 45% == 0.45
        T 0.1% == 0.001
        T 100% == 1
        T 12.5% == 1/8
        T 1e1% == 0.1
        T (45%) == 0.45
        T 45%==0.45
        T 45% == 45%
        T 50%+50% == 1
        T 50% + 50% == 1
        T 50% * 4 == 2
        T 50%*4 == 2
        T dbQuotaUsage < 45% and true
        T dbQuotaUsage < 45% && true
        T dbQuotaUsage < 45%&&true
        T dbQuotaUsage < 45% || false
        T 45% -lt 1
        T 45% -gt 40%
        T 45% < 1
        T 45%%1 == 0.45
        T 45% % 1 == 0.45
        T 100 % 3 == 1
        T 100%3 == 1
        T 100 %3 == 1
        T 100 % -3 == 1
        T 100%-3 == 1
        T 100 % raftLag == 1
        T 100%raftLag == 1
        T 100%(3) == 1
        T 100 % (2 + 1) == 1
        T raftLag % 2 == 1
        T raftLag%2 == 1
        T dbSize % 10M == 4M
        T 5.5 % 2 == 1.5
        T 1 + 2 * 3 == 7
        T (1 + 2) * 3 == 9
        T 10 - 4 - 3 == 3
        T 10 - (4 - 3) == 9
        T 100 / 10 / 2 == 5
        T 100 / (10 / 2) == 20
        T 2 * 7 % 4 == 2
        T 1 / 3 * 3 == 1
        T 7 / 2 == 3.5
        F 7 / 2 == 3
        T 80/100 == 0.8
        T -5 + 3 == -2
        T -5 * -3 == 15
        T - 5 == 0 - 5
        T --5 == 5
        T ---5 == -5
        T 5 - -5 == 10
        T 5--5 == 10
        T 5-5 == 0
        T 5 -5 == 0
        T -(2 + 3) == -5
        T -raftLag == -3
        T 1 + -raftLag == -2
        T 0.1 + 0.2 > 0.3
        T 1e308 * 10 > 1e308
        T 9007199254740992 == 2 ** 53
        T 1 < 2
        F 2 < 1
        F 1 < 1
        T 1 <= 1
        F 2 <= 1
        T 2 > 1
        F 1 > 1
        T 1 >= 1
        F 1 >= 2
        T 1 == 1
        F 1 == 2
        T 1 != 2
        F 1 != 1
        T 2 -gt 1
        T 2 -GT 1
        T 1 -ge 1
        T 1 -lt 2
        T 1 -le 1
        T 1 -eq 1
        T 1 -ne 2
        T 1 -Ne 2
        T raftLag-gt 2
        T 4-raftLag == 1
        T true && true
        F true && false
        F false && true
        F false && false
        T true || true
        T true || false
        T false || true
        F false || false
        T true and true
        F true and false
        T false or true
        F false or false
        T true AND true
        T false Or true
        T true -and true
        F true -and false
        T false -or true
        T false -OR true
        T !false
        F !true
        T !!true
        T not false
        F not true
        T NOT false
        T not not true
        T -not false
        T -NOT false
        T ! false
        T !(1 > 2)
        T not 1 > 2
        T -not 1 -gt 2
        T not (1 > 2)
        T not isLearner and isLeader
        F not isLeader or isLearner
        F not (isLeader or isLearner)
        T not isLeader == isLearner
        T !isLeader == isLearner
        T isLeader == not isLearner
        T isLeader != isLearner
        F isLeader == isLearner
        T isLeader == true
        T isLeader -eq true
        T isLeader -ne false
        T true == true == true
        F false == false == false
        T 1 < 2 == true
        T 1 < 2 == 2 > 1
        T true != 1 > 2
        T true or true and false
        F (true or true) and false
        T false and false or true
        F false and (false or true)
        T true || true && false
        T 1 == 1 && 2 == 2
        T 1 < 2 && 2 < 3 || false
        T 1 + 1 == 2 and 2 + 2 == 4
        T ((((1)))) == 1
        T (true)
        T true or 1 / 0 == 1
        F false and 1 / 0 == 1
        T true || 1 % 0 == 1
        T version == 3.5.9
        T version != 3.5.6
        T version >= 3.5.6
        T version > 3.5.6
        T version < 3.5.10
        T version <= 3.5.9
        F version < 3.5.9
        T version >= 3.5
        T version > 3.5
        F version == 3.5
        T version < 3.6
        T version < 4
        T version >= 3
        T version -ge 3.5.6
        T 3.5.6 <= version
        T 3.5 < version
        T (version) >= (3.5)
        T version == version
        T 3.5.6 < 3.5.10
        T 3.10.0 > 3.9
        T version >= 3.5.6 and isLeader
        T dbQuotaUsage > 80% or dbSizeFree > 200M
        F dbQuotaUsage > 80% and dbSizeFree > 200M
        T (dbQuotaUsage > 80% or fragmentedRatio > 45%) and dbSizeFree >= 100MiB
        T dbSize>5 and(dbSize<1T)or(false)
        T not hasNoSpaceAlarm and raftLag < 1000
        T dbSizeFree > dbSizeInUse
        T dbSize > dbQuota * 10%
        T dbSize > 10%*dbQuota
        T dbQuota - dbSize > 3G
        """;
}
