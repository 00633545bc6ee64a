using System.Globalization;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Support.Fakes;

/// <summary>Fake members that name each other: the ids are a1, a2 and so on, and the first leads until the test says otherwise.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const ulong FirstId = 0xa1;

    // etcd's refusal of a hand-over by a member that does not lead: gRPC's "failed precondition".
    private const int FailedPrecondition = 9;

    private FakeCluster(IReadOnlyList<FakeMember> members) => Members = members;

    /// <summary>The members.</summary>
    public IReadOnlyList<FakeMember> Members { get; }

    /// <summary>Their addresses.</summary>
    public IReadOnlyList<string> Endpoints => [.. Members.Select(member => member.Endpoint)];

    public static async Task<FakeCluster> StartAsync(int count)
    {
        var members = new List<FakeMember>();
        for (var i = 0; i < count; i++)
        {
            members.Add(await FakeMember.StartAsync());
        }

        var cluster = new FakeCluster(members);
        var listed = members.Select((member, i) => new Member
        {
            ID = FirstId + (ulong)i,
            Name = string.Create(CultureInfo.InvariantCulture, $"fake{i + 1}"),
            ClientURLs = { member.Endpoint },
        }).ToArray();
        for (var i = 0; i < count; i++)
        {
            var state = members[i].State;
            state.Status.Header.MemberId = listed[i].ID;
            state.Members.Clear();
            state.Members.AddRange(listed);
            members[i].On("MoveLeader", (call, _) => Task.FromResult(cluster.Move(state, call.Read(MoveLeaderRequest.Parser).TargetID)));
        }

        return cluster;
    }

    /// <summary>Lets a member lead, by the word of all.</summary>
    public void Lead(FakeMember leader)
    {
        foreach (var member in Members)
        {
            member.State.Status.Leader = leader.State.MemberId;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }
    }

    private FakeReply Move(FakeState asked, ulong target)
    {
        if (asked.Status.Leader != asked.MemberId)
        {
            return FakeReply.RefuseAtOnce(FailedPrecondition, "etcdserver: not leader");
        }

        if (Members.FirstOrDefault(member => member.State.MemberId == target) is not { State.Status.IsLearner: false } receiver)
        {
            return FakeReply.RefuseAtOnce(FailedPrecondition, "etcdserver: bad leader transferee");
        }

        Lead(receiver);
        return FakeReply.Message(new MoveLeaderResponse { Header = asked.Status.Header });
    }
}
