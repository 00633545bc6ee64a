using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support.Load;

/// <summary>Writes ever new keys and remembers those that were acknowledged.</summary>
internal sealed class WriteClient(IReadOnlyList<EtcdSandboxMember> members, int first) : WorkloadClient(members, first)
{
    public const string Prefix = "work/";

    private int _next;
    private int _newest;

    /// <summary>The numbers whose write was acknowledged. One that failed may be there or not, and no number is tried twice.</summary>
    public ConcurrentDictionary<int, bool> Acknowledged { get; } = new();

    /// <summary>The last number acknowledged; 0 before the first.</summary>
    public int Newest => Volatile.Read(ref _newest);

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");

    protected override async Task CallAsync(EtcdSandboxClient client, CancellationToken cancellationToken)
    {
        var number = ++_next;
        var value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        await client.PutAsync(Key(number), value, cancellationToken);
        Acknowledged[number] = true;
        Volatile.Write(ref _newest, number);
    }
}

/// <summary>Reads, through other members, what the writer was told is written.</summary>
internal sealed class ReadClient(IReadOnlyList<EtcdSandboxMember> members, int first, WriteClient writer) : WorkloadClient(members, first)
{
    private readonly ConcurrentQueue<string> _violations = new();

    public IReadOnlyCollection<string> Violations => _violations;

    protected override async Task CallAsync(EtcdSandboxClient client, CancellationToken cancellationToken)
    {
        // The read begins after the acknowledgement, so that a linearizable one has to show it.
        var number = writer.Newest;
        var value = await client.GetValueAsync(WriteClient.Key(number), cancellationToken);
        var expected = number == 0 ? null : number.ToString(CultureInfo.InvariantCulture);
        if (value != expected)
        {
            _violations.Enqueue($"A read of {WriteClient.Key(number)} showed {value ?? "nothing"} after the write was acknowledged.");
        }
    }
}

/// <summary>Keeps a lease with a key alive.</summary>
internal sealed class LeaseClient(IReadOnlyList<EtcdSandboxMember> members, int first) : WorkloadClient(members, first)
{
    private const string Key = "work-lease/holder";

    // Longer than any interruption that a test causes, and than the longest pause of a defragmenting leader here.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _violations = new();
    private long _lease;
    private bool _held;

    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Whether it has its lease and its key.</summary>
    public bool IsHeld => Volatile.Read(ref _held);

    /// <summary>Fails the test unless the key is there and hangs on the lease that was granted at the beginning.</summary>
    public async Task AssertHeldAsync(EtcdSandbox sandbox)
    {
        Assert.True(IsHeld, "The lease holder never came to have its lease.");
        var leader = await sandbox.GetLeaderAsync();
        var key = (await leader.Client.RangeAsync(Key, default)).Kvs.SingleOrDefault();
        Assert.True(key?.Lease == _lease, $"The lease's key is {(key is null ? "gone" : "not what it was")}.");
    }

    protected override async Task CallAsync(EtcdSandboxClient client, CancellationToken cancellationToken)
    {
        // A grant whose answer is lost leaves a lease that nobody holds; it runs out by itself.
        _lease = _lease != 0 ? _lease : await client.GrantLeaseAsync(Lifetime, cancellationToken);
        if (!_held)
        {
            await client.PutAsync(Key, "held"u8.ToArray(), _lease, cancellationToken);
            Volatile.Write(ref _held, value: true);
        }

        if (await client.KeepLeaseAliveAsync(_lease, cancellationToken) <= TimeSpan.Zero)
        {
            _violations.Enqueue("The lease was lost although it was kept alive.");
        }
    }
}
