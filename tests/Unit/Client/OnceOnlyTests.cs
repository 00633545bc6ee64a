using EtcdDefrag.Client;
using EtcdDefrag.Connection;
using Xunit.Abstractions;

namespace EtcdDefrag.Unit.Client;

/// <summary>
/// Every call that changes something, against everything that has an HTTP stack or a gRPC library send a call again: its message
/// arrives once, however many connections are made.
/// </summary>
public sealed class OnceOnlyTests(ITestOutputHelper output)
{
    private static readonly EtcdConnectionOptions Options = new()
    {
        ConnectionTimeout = TimeSpan.FromSeconds(10),
        OperationTimeout = TimeSpan.FromSeconds(30),
    };

    private static readonly Action Ignore = () => { };

    private static readonly (string Name, Func<IEtcdMember, Task> MakeAsync)[] ChangingCalls =
    [
        ("Defragment", m => m.DefragmentAsync(TimeSpan.FromSeconds(30), Ignore, CancellationToken.None)),
        ("Compact", m => m.CompactAsync(5, TimeSpan.FromSeconds(30), Ignore, CancellationToken.None)),
        ("Alarm DEACTIVATE", m => m.DisarmNoSpaceAsync("a1", CancellationToken.None)),
        ("MoveLeader", m => m.MoveLeaderAsync("a1", CancellationToken.None)),
        ("Txn", m => m.CreateKeyAsync("key", "value", 1, CancellationToken.None)),
        ("Txn of deletions", m => m.ChangeKeysAsync(new EtcdKeyChange { Delete = ["key"] }, CancellationToken.None)),
        ("LeaseGrant", m => m.GrantLeaseAsync(TimeSpan.FromSeconds(20), CancellationToken.None)),
        ("LeaseRevoke", m => m.RevokeLeaseAsync(1, CancellationToken.None)),
        ("LeaseKeepAlive", m => m.KeepLeaseAliveAsync(1, CancellationToken.None)),
    ];

    public static TheoryData<string> Events { get; } = new(Enum.GetNames<PeerEvent>());

    [Theory]
    [MemberData(nameof(Events))]
    public async Task A_call_that_changes_something_arrives_once_whatever_happens_to_it(string name)
    {
        var happening = Enum.Parse<PeerEvent>(name);
        var row = new List<string>();
        foreach (var (call, makeAsync) in ChangingCalls)
        {
            var (messages, failure) = await CountAsync(happening, makeAsync);
            row.Add($"{call} {messages}{(failure is null ? "" : $" ({failure.Failure}{(failure.OutcomeIsOpen ? ", open" : "")})")}");
            Assert.InRange(messages, IsBeforeTheMessage(happening) ? 0 : 1, 1);

            // Nobody is told that nothing happened where the message arrived and was not refused, by something that is not a member.
            var isRefused = happening is PeerEvent.Http307 or PeerEvent.Http421 or PeerEvent.Http429;
            Assert.True(messages == 0 || failure is null or { OutcomeIsOpen: true } || isRefused, $"{call}: {failure}");
        }

        output.WriteLine($"{name}: {string.Join(", ", row)}");
    }

    /// <summary>The same peer does see a call twice where it may be sent twice: a question is.</summary>
    [Theory]
    [InlineData(nameof(PeerEvent.RefuseStreamOnMessage))]
    [InlineData(nameof(PeerEvent.GoAwayOnMessage))]
    public async Task A_question_is_sent_again_by_the_HTTP_stack(string name)
    {
        var (messages, failure) = await CountAsync(Enum.Parse<PeerEvent>(name), m => m.GetStatusAsync(CancellationToken.None));

        Assert.Equal((2, null), (messages, failure));
    }

    [Fact]
    public async Task Each_call_connects_anew_where_the_one_before_could_not()
    {
        await using var peer = new RawHttp2Peer(PeerEvent.CloseAtOnce);
        using var member = new EtcdConnector().Connect(EtcdEndpoint.Parse(peer.Endpoint), Options);
        Assert.Equal(0, peer.Accepted);

        var first = await Record.ExceptionAsync(() => member.DefragmentAsync(TimeSpan.FromSeconds(30), Ignore, CancellationToken.None));
        await member.DefragmentAsync(TimeSpan.FromSeconds(30), Ignore, CancellationToken.None);

        Assert.True(first is null or EtcdException, first?.ToString());
        Assert.Equal(first is null ? 2 : 1, peer.Messages);
    }

    private static bool IsBeforeTheMessage(PeerEvent happening) =>
        happening is PeerEvent.CloseAtOnce or PeerEvent.CloseInHandshake or PeerEvent.GoAwayOnHeaders or PeerEvent.RefuseStreamOnHeaders;

    private static async Task<(int Messages, EtcdException? Failure)> CountAsync(PeerEvent happening, Func<IEtcdMember, Task> makeAsync)
    {
        await using var peer = new RawHttp2Peer(happening);
        EtcdException? failure = null;
        using (var member = new EtcdConnector().Connect(EtcdEndpoint.Parse(peer.Endpoint), Options))
        {
            try
            {
                await makeAsync(member);
            }
            catch (EtcdException failed)
            {
                failure = failed;
            }
        }

        // With the member's connections closed, nothing is on its way any more.
        await peer.DrainAsync();
        return (peer.Messages, failure);
    }
}
