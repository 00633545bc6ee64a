using System.Net.NetworkInformation;
using EtcdDefrag.Client.ServiceLookup;

namespace EtcdDefrag.Unit.Dns;

public sealed class SystemResolversTests
{
    [Fact]
    public async Task The_file_says_whom_to_ask_and_without_it_the_machine_itself_is_asked()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "nameserver 10.0.0.3\n");
        Assert.Equal("10.0.0.3:53", Assert.Single((await SystemResolvers.ReadFileAsync(file, CancellationToken.None)).Resolvers).ToString());

        File.Delete(file);
        Assert.Equal("127.0.0.1:53", Assert.Single((await SystemResolvers.ReadFileAsync(file, CancellationToken.None)).Resolvers).ToString());
    }

    [Fact]
    public void Without_an_interface_the_machine_itself_is_asked() =>
        Assert.Equal("127.0.0.1:53", Assert.Single(SystemResolvers.ReadInterfaces([]).Resolvers).ToString());

    [Fact]
    public void The_interfaces_of_any_machine_can_be_read() =>
        Assert.All(SystemResolvers.ReadInterfaces(NetworkInterface.GetAllNetworkInterfaces()).Resolvers, r => Assert.Equal(53, r.Port));
}
