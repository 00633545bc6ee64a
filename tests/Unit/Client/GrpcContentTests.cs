using EtcdDefrag.Client.Wire;

namespace EtcdDefrag.Unit.Client;

public sealed class GrpcContentTests
{
    [Fact]
    public async Task The_body_of_a_call_that_changes_a_member_leaves_this_process_once()
    {
        using var content = new GrpcContent([0, 0, 0, 0, 0], onceOnly: true);
        Assert.False(content.WasSent);

        await content.CopyToAsync(Stream.Null);

        Assert.True(content.WasSent);
        await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_question_may_be_sent_again()
    {
        using var content = new GrpcContent([0, 0, 0, 0, 0], onceOnly: false);
        using var sent = new MemoryStream();

        await content.CopyToAsync(sent);
        await content.CopyToAsync(sent);

        Assert.Equal(10, sent.Length);
    }
}
