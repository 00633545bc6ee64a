using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdDefrag.Integration.Support;

/// <summary>Says its name, and then everything it hears.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public EchoServer(string name)
    {
        _listener.Start();
        Endpoint = $"http://{_listener.LocalEndpoint}";
        _serving = ServeAsync(Encoding.ASCII.GetBytes(name));
    }

    public string Endpoint { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync(byte[] name)
    {
        var clients = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                clients.Add(EchoAsync(await _listener.AcceptTcpClientAsync(_end.Token), name));
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        }

        await Task.WhenAll(clients);
    }

    private async Task EchoAsync(TcpClient client, byte[] name)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.WriteAsync(name, _end.Token);
                await stream.CopyToAsync(stream, _end.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // Cut, or the end.
            }
        }
    }
}
