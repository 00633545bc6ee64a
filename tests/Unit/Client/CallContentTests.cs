using EtcdDefrag.Client.Calls;

namespace EtcdDefrag.Unit.Client;

public sealed class CallContentTests
{
    [Fact]
    public async Task The_body_of_a_call_that_changes_a_member_leaves_this_process_once()
    {
        using var call = Call(changesState: true);
        using var content = Content(call);
        Assert.False(call.MayHaveBegun);

        await content.CopyToAsync(Stream.Null);

        Assert.True(call.MayHaveBegun);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(Stream.Null));
        Assert.Contains("not made twice", (refused.InnerException ?? refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_may_be_sent_again()
    {
        using var call = Call(changesState: false);
        using var content = Content(call);
        using var sent = new MemoryStream();

        await content.CopyToAsync(sent);
        await content.CopyToAsync(sent);

        Assert.Equal(10, sent.Length);
        Assert.False(call.MayHaveBegun);
    }

    private static CallContent Content(MemberCall call) => new(new ByteArrayContent(new byte[5]), call);

    private static MemberCall Call(bool changesState) =>
        new(new EtcdMethod("Test", changesState), isStream: false, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None);
}
