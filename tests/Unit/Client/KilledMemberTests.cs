using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Client;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Unit.Client;

/// <summary>A member that is killed while it is asked is no stranger.</summary>
public sealed class KilledMemberTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_breaks_off_where_nobody_listens_any_more_was_a_members(bool readsFirst)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var member = new EtcdConnector().Connect(EtcdEndpoint.Parse($"http://127.0.0.1:{port}"), new());

        var asking = Assert.ThrowsAsync<EtcdException>(() => member.GetStatusAsync(CancellationToken.None));
        using (var connection = await listener.AcceptSocketAsync())
        {
            if (readsFirst)
            {
                await connection.ReceiveAsync(new byte[1024]);
            }

            listener.Stop();
        }

        var failure = await asking;
        Assert.NotEqual(EtcdFailure.NotEtcd, failure.Failure);
        Assert.DoesNotContain("is not an etcd member", failure.Message, StringComparison.Ordinal);
    }
}
