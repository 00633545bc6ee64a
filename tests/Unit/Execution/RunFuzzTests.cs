using System.Globalization;
using EtcdDefrag.Cli;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Model;
using EtcdDefrag.Policy;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

/// <summary>
/// What holds in every run, over random clusters, requests and failures. ETCD_DEFRAG_FUZZ_RUNS says how many; ETCD_DEFRAG_FUZZ_SEED
/// repeats the one that a failure names.
/// </summary>
public sealed class RunFuzzTests
{
    private static readonly EtcdFailure[] Failures = Enum.GetValues<EtcdFailure>();

    [Fact]
    public async Task A_run_never_says_more_than_it_did()
    {
        var given = Environment.GetEnvironmentVariable("ETCD_DEFRAG_FUZZ_SEED");
        var runs = given is null ? int.Parse(Environment.GetEnvironmentVariable("ETCD_DEFRAG_FUZZ_RUNS") ?? "400", CultureInfo.InvariantCulture) : 1;
        for (var i = 0; i < runs; i++)
        {
            var seed = given is null ? i : int.Parse(given, CultureInfo.InvariantCulture);
            try
            {
                await CheckAsync(new Random(seed)).WaitAsync(TimeSpan.FromMinutes(1));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"ETCD_DEFRAG_FUZZ_SEED={seed}: {failure.Message}", failure);
            }
        }
    }

    private static async Task CheckAsync(Random random)
    {
        var cluster = CreateCluster(random);
        var endpoints = ChooseEndpoints(random, cluster);
        var request = CreateRequest(random, endpoints);
        using var stop = new CancellationTokenSource();
        var happenings = random.Next(40);
        var observer = new RecordingObserver
        {
            Approve = _ => random.Next(10) > 0,
            OnEvent = _ =>
            {
                if (--happenings == 0)
                {
                    Upset(random, cluster, stop);
                }
            },
        };
        var asked = FindAsked(cluster, request);
        using var connections = new MemberConnections(cluster, new EtcdConnectionOptions());

        var report = await new DefragRunner(connections, new FakeTime()).RunAsync(request, observer, stop.Token);

        Assert.All(asked, a => Assert.True(
            report.Results.Any(r => a.Ids.Contains(r.MemberId) || r.Endpoint == a.Endpoint),
            $"{a.Endpoint} has no result among {string.Join(", ", report.Results.Select(r => $"{r.MemberId} {r.Endpoint}"))}; {request}"));
        Assert.Equal(report.Results.Count, report.Results.DistinctBy(r => r.MemberId.Length > 0 ? r.MemberId : r.Endpoint).Count());
        Assert.Equal(cluster.Defragmented.Count, cluster.Defragmented.Distinct().Count());
        foreach (var result in report.Results)
        {
            var wasCalled = cluster.Defragmented.Contains($"m{result.MemberId} Defragment");
            Assert.True(wasCalled || result.Outcome is not (EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Unknown), $"{result}");
            Assert.True(!wasCalled || result.Outcome != EtcdDefragOutcome.NotAttempted, $"{result}");
            Assert.True(result.Reason.Length > 0 || result.Outcome == EtcdDefragOutcome.Defragmented, $"{result}");
        }

        if (report.Results.FirstOrDefault(r => r.Outcome == EtcdDefragOutcome.Unknown) is { } open)
        {
            Assert.Equal($"m{open.MemberId} Defragment", cluster.Defragmented[^1]);
        }

        CheckSummary(report);
        Assert.Single(observer.Events.OfType<RunStopped>());
        Assert.IsType<RunStopped>(observer.Events[^1]);
        Assert.Equal(report.Results, observer.Events.OfType<StepFinished>().Select(s => s.Result));
        Assert.Equal(report.Warnings.Count, observer.Events.OfType<RunWarned>().Count());
    }

    private static void CheckSummary(DefragReport report)
    {
        var verdict = RunSummary.Of(report).Verdict;
        var isAllDone = report is { Refusal: null, WasCancelled: false, Failures.Count: 0, Results.Count: > 0 }
            && report.Results.All(r => r.Outcome is EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Skipped);
        Assert.Equal(isAllDone, verdict == RunVerdict.Done);
        Assert.Equal(isAllDone, report.IsSuccess);
        Assert.Equal(isAllDone, ExitCode.Of(report) == 0);
        Assert.Equal(isAllDone, RunSummary.Of(report).Text == "The defragmentation is successful.");
        var errors = report.Failures.Count + (report.Refusal is null ? 0 : 1)
            + report.Results.Count(r => RunSummary.ErrorOf(r, report.Refusal is not null) != ResultError.None);
        Assert.True(verdict is RunVerdict.Cancelled || isAllDone == (errors == 0), $"{verdict} with {errors} errors");
    }

    /// <summary>Who has to have a result, by what the test knows of the cluster before the run.</summary>
    private static (string Endpoint, string[] Ids)[] FindAsked(FakeCluster cluster, DefragRequest request)
    {
        var named = request.Endpoints.Select(e => (e.ToString(), Id(cluster, e))).ToArray();
        var knowsTheRest = request.Endpoints.Any(e => cluster.Members.Any(m => m is { Down: null, IsLearner: false } && Is(m, e)));
        return request.WholeCluster && knowsTheRest ? [.. cluster.Members.Select(m => (m.Endpoint.ToString(), (string[])[m.Id]))] : named;
    }

    private static string[] Id(FakeCluster cluster, EtcdEndpoint endpoint) => [.. cluster.Members.Where(m => Is(m, endpoint)).Select(m => m.Id)];

    private static bool Is(FakeCluster.FakeMember member, EtcdEndpoint endpoint) => member.Endpoint == endpoint || member.OtherEndpoint == endpoint;

    private static FakeCluster CreateCluster(Random random)
    {
        var cluster = FakeCluster.Of(random.Next(1, 7));
        cluster.LeaderId = random.Next(8) == 0 ? "" : $"{random.Next(1, cluster.Members.Count + 1)}";
        cluster.Revision = random.Next(3) == 0 ? 0 : 50_000;
        cluster.LockHolder = random.Next(12) == 0 ? "process 7 on elsewhere" : null;
        cluster.LockFailure = random.Next(8) == 0 ? EtcdStatusCode.ResourceExhausted : random.Next(12) == 0 ? EtcdStatusCode.Unavailable : null;
        cluster.RevokeFailures = random.Next(4) == 0 ? random.Next(30) : 0;
        foreach (var member in cluster.Members)
        {
            member.IsLearner = random.Next(8) == 0 && member.Id != cluster.LeaderId;
            member.Down = random.Next(8) == 0 ? Failures[random.Next(Failures.Length)] : null;
            member.Metrics = random.Next(6) == 0 ? null : member.Metrics! with { CompactionCount = random.Next(2) == 0 ? null : 3 };
            member.Right = random.Next(25) == 0 ? EtcdRight.Denied : EtcdRight.Granted;
            member.ReadRefusal = random.Next(25) == 0 ? EtcdStatusCode.Unavailable : null;
            member.DbSizeInUse = random.Next(1, 100_000_000);
            member.OnDefragment = random.Next(4) == 0 ? CreateFailure(random, member) : null;
            member.OnMoveLeader = random.Next(4) == 0 ? member.Failure(EtcdFailure.Refused, EtcdStatusCode.Internal, "MoveLeader") : null;
            if (random.Next(8) == 0)
            {
                cluster.Alarms.Add(new EtcdAlarm(member.Id, random.Next(6) == 0 ? EtcdAlarmType.Corrupt : EtcdAlarmType.NoSpace));
            }
        }

        cluster.OnCompact = random.Next(3) == 0 ? cluster.Members[0].Failure(Failures[random.Next(Failures.Length)], EtcdStatusCode.Unavailable, "Compact") : null;
        cluster.OnDisarm = random.Next(4) == 0 ? cluster.Members[0].Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "Alarm") : null;
        return cluster;
    }

    private static Func<CancellationToken, Task> CreateFailure(Random random, FakeCluster.FakeMember member)
    {
        var failure = Failures[random.Next(Failures.Length)];
        var code = random.Next(3) == 0 ? EtcdStatusCode.PermissionDenied : EtcdStatusCode.Unavailable;
        var hasRun = random.Next(2) == 0;
        var dies = random.Next(3) == 0;
        return _ =>
        {
            if (hasRun)
            {
                member.Finish();
            }

            member.Down = dies ? EtcdFailure.Unreachable : member.Down;
            throw member.Failure(failure, code, "Defragment");
        };
    }

    private static EtcdEndpoint[] ChooseEndpoints(Random random, FakeCluster cluster)
    {
        var all = cluster.Members.SelectMany(m => (EtcdEndpoint[])[m.Endpoint, m.OtherEndpoint]).Append(EtcdEndpoint.Parse("http://nobody:2379")).ToArray();
        random.Shuffle(all);
        return all[..random.Next(1, all.Length + 1)];
    }

    private static DefragRequest CreateRequest(Random random, EtcdEndpoint[] endpoints)
    {
        var whole = random.Next(2) == 0;
        var policy = random.Next(3) switch { 0 => PolicyPresets.All[random.Next(PolicyPresets.All.Count)], 1 => Custom(), _ => null };
        return new DefragRequest
        {
            Endpoints = endpoints,
            WholeCluster = whole,
            NamedMembersOnly = !whole && random.Next(3) == 0,
            Force = random.Next(3) > 0,
            NoLock = random.Next(4) == 0,
            ContinueOnError = random.Next(2) == 0,
            MoveLeader = random.Next(3) == 0,
            AllowSmallCluster = random.Next(2) == 0,
            CompactionRetain = random.Next(3) == 0 ? random.Next(2) * 1000 : null,
            DisarmBelow = random.Next(3) == 0 ? 0.9 : null,
            Plan = new() { Policy = policy },
            SettleTimeout = TimeSpan.FromSeconds(2),
            ObservationTimeout = TimeSpan.FromSeconds(3),
        };
    }

    private static EtcdDefragPolicy Custom() => new() { Rule = DefragRule.Parse("dbQuotaUsage > 0.01 or not isLeader") };

    /// <summary>Something that happens in the middle of a run.</summary>
    private static void Upset(Random random, FakeCluster cluster, CancellationTokenSource stop)
    {
        var member = cluster.Members[random.Next(cluster.Members.Count)];
        switch (random.Next(7))
        {
            case 0:
                stop.Cancel();
                break;
            case 1:
                member.Down = Failures[random.Next(Failures.Length)];
                break;
            case 2:
                cluster.Members.ForEach(m => m.Down = null);
                break;
            case 3:
                cluster.LeaderId = member.Id;
                break;
            case 4:
                member.Down = EtcdFailure.Unreachable;
                cluster.Members.ForEach(m => m.ListedIds = [.. cluster.Members.Where(o => o != member).Select(o => o.Id)]);
                break;
            case 5:
                cluster.LeaseLeft = TimeSpan.Zero;
                break;
            default:
                cluster.Alarms.Add(new EtcdAlarm(member.Id, EtcdAlarmType.Corrupt));
                break;
        }
    }
}
