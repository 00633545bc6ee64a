using System.Net.Sockets;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Unit.Execution;

/// <summary>What a guard advises belongs to the cause that it saw.</summary>
public sealed class RemedyTests
{
    private static readonly EtcdEndpoint Endpoint = EtcdEndpoint.Parse("https://etcd-1:2379");

    [Fact]
    public void Endpoints_of_several_clusters_are_not_an_election()
    {
        var refusal = Ask(Answering("1", "c1"), Answering("2", "c2"), Answering("3", "c3"));

        Assert.Equal("NoSingleLeader", refusal.Rule);
        Assert.StartsWith("The endpoints belong to different clusters: c1, c2, c3.", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal("Name the endpoints of one cluster at a time.", refusal.Remedy);
    }

    [Fact]
    public void No_leader_is_an_election() =>
        Assert.StartsWith("Wait for the election to end", Ask(Answering("1", "c1"), Answering("2", "c1"), Answering("3", "c1")).Remedy, StringComparison.Ordinal);

    [Theory]
    [InlineData(EtcdFailure.TlsFailed, "--cacert")]
    [InlineData(EtcdFailure.NotEtcd, "--advertise-client-urls")]
    [InlineData(EtcdFailure.Unreachable, "Bring every member back first")]
    [InlineData(EtcdFailure.TimedOut, "Bring every member back first")]
    public void A_member_that_is_reached_in_a_wrong_way_does_not_have_to_be_brought_back(EtcdFailure failure, string remedy)
    {
        var refusal = Ask(Silent(new EtcdException(failure, EtcdStatusCode.Unavailable, Endpoint, "Status", "why")));

        Assert.Equal("VoterUnreachable", refusal.Rule);
        Assert.Contains(remedy, refusal.Remedy, StringComparison.Ordinal);
        Assert.EndsWith("Use -Force (--force) to override.", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_answers_the_address_is_to_be_checked()
    {
        var nobody = Silent(new EtcdException(EtcdFailure.Unreachable, EtcdStatusCode.Unavailable, Endpoint, "Status", "why"));
        var late = Silent(new EtcdException(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, Endpoint, "Status", "why"));

        Assert.StartsWith(FailureRemedy.CheckAddress, Ask([nobody], list: null).Remedy, StringComparison.Ordinal);
        Assert.StartsWith("Bring every member back first", Ask([nobody, late], list: null).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_nobody_knows_is_a_matter_of_the_endpoint()
    {
        var unresolved = new HttpRequestException("", new SocketException((int)SocketError.HostNotFound));

        var refusal = Ask(Silent(new EtcdException(EtcdFailure.Unreachable, EtcdStatusCode.Unavailable, Endpoint, "Status", "the host name 'etcd-1' cannot be resolved", unresolved)));

        Assert.StartsWith("Check the host name in the endpoint", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_was_never_started_has_to_be_started()
    {
        var member = new EtcdMember("a1", "", [], IsLearner: false);
        var failure = new EtcdMemberException(member, MemberAddresses.ExplainNone(member));

        var refusal = Ask(new MemberObservation { Endpoint = "", Member = member, Failure = failure });

        Assert.Contains("was added to the cluster and has never been started", refusal.Reason, StringComparison.Ordinal);
        Assert.StartsWith("Start the member that was added, or remove it", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_list_that_timed_out_is_not_a_learners()
    {
        var late = new EtcdException(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, Endpoint, "MemberList", "no answer within 5 s");
        var voter = Answering("1", "c1") with { MemberList = null, MemberListFailure = late };

        Assert.EndsWith(late.Message, Ask([voter], list: null).Reason, StringComparison.Ordinal);
        Assert.EndsWith("a learner gives none.", Ask([voter with { Status = voter.Status! with { IsLearner = true } }], list: null).Reason, StringComparison.Ordinal);
    }

    private static MemberObservation Answering(string id, string cluster) => new()
    {
        Endpoint = $"http://m{id}:2379",
        Status = new EtcdMemberStatus
        {
            Endpoint = $"http://m{id}:2379",
            MemberId = id,
            ClusterId = cluster,
            Version = "3.6.10",
            LeaderId = "",
            DbSize = 1,
            DbSizeInUse = 1,
            Revision = 1,
            RaftTerm = 2,
            RaftIndex = 1,
            RaftAppliedIndex = 1,
        },
        Alarms = [],
    };

    private static MemberObservation Silent(Exception failure) => new() { Endpoint = $"{Endpoint}", Address = Endpoint, Failure = failure };

    private static GuardRefusal Ask(params MemberObservation[] members) => Ask(members, [new EtcdMember("1", "m1", [], IsLearner: false)]);

    private static GuardRefusal Ask(MemberObservation[] members, IReadOnlyList<EtcdMember>? list)
    {
        var snapshot = new ClusterSnapshot(DateTimeOffset.UnixEpoch, members, list);
        return Guards.Ask(new GuardContext(snapshot, HealthJudge.Judge(snapshot)), force: false).Refusal!;
    }
}
