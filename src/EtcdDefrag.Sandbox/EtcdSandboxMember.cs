using System.Diagnostics;
using EtcdDefrag.Sandbox.Clients;
using EtcdDefrag.Sandbox.Clusters;
using EtcdDefrag.Sandbox.Locating;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox;

/// <summary>
/// One member of a sandbox: a real etcd process that can be stopped, killed and paused. Use a member from one thread at a time;
/// different members may be used at once.
/// </summary>
internal sealed class EtcdSandboxMember
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly ClusterStart _cluster;
    private readonly int _number;
    private Process? _process;
    private ulong _memberId;

    /// <summary>Plans a member with a port for clients and one for peers; nothing is started yet.</summary>
    public EtcdSandboxMember(ClusterStart cluster, int number, IReadOnlyList<int> ports, bool startsAsLearner = false)
    {
        _cluster = cluster;
        _number = number;
        StartedAsLearner = startsAsLearner;
        Endpoint = $"{(Options.Tls is null ? "http" : "https")}://127.0.0.1:{ports[0]}";
        PeerEndpoint = $"http://127.0.0.1:{ports[1]}";
        Client = OpenClient();
    }

    /// <summary>Its name in the cluster: m1, m2 and so on.</summary>
    public string Name => $"m{_number}";

    /// <summary>The address for clients, such as <c>http://127.0.0.1:20001</c>; https where the sandbox has TLS.</summary>
    public string Endpoint { get; }

    /// <summary>The address it tells clients to call it by: <see cref="Endpoint"/>, unless the sandbox's options say otherwise.</summary>
    public string AdvertisedEndpoint => Options.AdvertiseClientUrl?.Invoke(_number) ?? Endpoint;

    /// <summary>
    /// The full path of the unix socket it listens on besides; null where the options ask for none. Where the sandbox has TLS, TLS is
    /// spoken there too.
    /// </summary>
    public string? SocketPath => Options.UnixSockets ? Path.Combine(_cluster.Folder, SocketName) : null;

    /// <summary>The address for the other members.</summary>
    public string PeerEndpoint { get; }

    /// <summary>Its entry in etcd's --initial-cluster.</summary>
    public string ClusterEntry => $"{Name}={PeerEndpoint}";

    /// <summary>The entries of the members it starts with, itself included.</summary>
    public string InitialCluster { get; set; } = string.Empty;

    /// <summary>The process id while it runs.</summary>
    public int? ProcessId => IsRunning ? _process!.Id : null;

    public MemberLog Log => new(LogFile);

    public string LogFile => Path.Combine(_cluster.Folder, $"{Name}.log");

    public string DataFolder => Path.Combine(_cluster.Folder, Name);

    public EtcdBinary Binary => Options.Binaries[(_number - 1) % Options.Binaries.Count];

    /// <summary>The sandbox's own client of it.</summary>
    public EtcdSandboxClient Client { get; }

    /// <summary>Whether its process lives, paused or not.</summary>
    public bool IsRunning => _process is { HasExited: false };

    public bool IsPaused { get; private set; }

    /// <summary>Whether it can be expected to answer.</summary>
    public bool IsAnswering => IsRunning && !IsPaused;

    /// <summary>Whether it came as a learner; it may be a voter by now.</summary>
    public bool StartedAsLearner { get; }

    private EtcdSandboxOptions Options => _cluster.Options;

    // etcd 3.4 takes host:port alone after unix://, makes a file of that name where it was started, and refuses absolute paths; 3.5
    // takes both. Over unixs it speaks TLS there as well.
    private string SocketName => $"{Name}:1";

    /// <summary>A client of the caller's own, with connections that nobody else uses or breaks off. The caller disposes it.</summary>
    public EtcdSandboxClient OpenClient() => OpenClient(_cluster.Login);

    /// <summary>A client of the caller's own that speaks as a certain user of etcd. The caller disposes it.</summary>
    public EtcdSandboxClient OpenClient(string user, string password)
    {
        var login = new SandboxLogin { Elsewhere = _cluster.Login.Elsewhere };
        login.SignInAs(user, password);
        return OpenClient(login);
    }

    /// <summary>Its id in the cluster. It must have run once.</summary>
    public async Task<ulong> GetMemberIdAsync(CancellationToken cancellationToken = default)
    {
        if (_memberId == 0)
        {
            _memberId = (await Client.GetStatusAsync(cancellationToken)).Header.MemberId;
        }

        return _memberId;
    }

    /// <summary>
    /// Starts it with the data it has and waits until it answers. An etcd answers once a quorum runs: where too few run, start
    /// several at once and wait for all of them together.
    /// </summary>
    /// <exception cref="EtcdSandboxException">It ended or did not answer in time; the message holds the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Launch();
        try
        {
            await WaitUntilAnsweringAsync(cancellationToken);
        }
        catch
        {
            await KillAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Asks it to shut down in order (SIGTERM) and waits for its end; after 10 s it is killed.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning && !OperatingSystem.IsWindows())
        {
            Signals.Send(_process!, Signals.Terminate);
            Signals.Send(_process!, Signals.Continue);
            using var timeout = new CancellationTokenSource(StopTimeout, TimeProvider.System);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await _process!.WaitForExitAsync(both.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // A member without quorum may try for long to hand its leadership over.
            }
        }

        await KillAsync(cancellationToken);
    }

    /// <summary>Kills it at once (SIGKILL), paused or not, and waits for its end. One that does not run is no error.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync(cancellationToken);
            _process.Dispose();
            _process = null;
            IsPaused = false;
        }
    }

    /// <summary>Halts it where it is (SIGSTOP): its connections stay open, but nothing answers. Not on Windows.</summary>
    public void Pause()
    {
        Signals.Send(FindRunning(), Signals.Stop);
        IsPaused = true;
    }

    /// <summary>Lets it go on after <see cref="Pause"/> (SIGCONT).</summary>
    public void Resume()
    {
        Signals.Send(FindRunning(), Signals.Continue);
        IsPaused = false;
    }

    /// <summary>Stops it in order and starts it again.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken);
        await StartAsync(cancellationToken);
    }

    public override string ToString() => $"{Name} {Endpoint}";

    /// <summary>Starts the process without waiting for anything.</summary>
    public void Launch()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Name} is already running.");
        }

        if (SocketPath is not null)
        {
            // A killed etcd leaves it behind, and etcd 3.4 then does not start.
            File.Delete(SocketPath);
        }

        _process?.Dispose();
        _process = MemberProcess.Start([Binary.Path, .. Arguments()], _cluster.Folder, Name, LogFile);
        IsPaused = false;
    }

    /// <summary>Waits until the launched process answers and knows a leader.</summary>
    public async Task WaitUntilAnsweringAsync(CancellationToken cancellationToken)
    {
        try
        {
            // One that has ended is not waited for any longer.
            await _cluster.Wait.UntilAsync(
                async token => IsRunning && (await Client.GetStatusAsync(token)).Leader == 0 ? $"{Name} knows no leader" : null,
                cancellationToken);
        }
        catch (EtcdSandboxException exception)
        {
            throw new EtcdSandboxException($"{Name} did not start. {exception.Message}{Log.Describe()}", exception);
        }

        if (!IsRunning)
        {
            throw new EtcdSandboxException($"{Name} ended instead of starting.{Log.Describe()}");
        }
    }

    /// <summary>Deletes what a failed start has written.</summary>
    public void DeleteTraces()
    {
        File.Delete(LogFile);
        if (Directory.Exists(DataFolder))
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    /// <summary>etcd's arguments. Every flag is known to etcd 3.4 to 3.7.</summary>
    private IEnumerable<string> Arguments() =>
    [
        $"--name={Name}",
        $"--data-dir={DataFolder}",
        $"--listen-client-urls={Endpoint}{(Options.UnixSockets ? $",{(Options.Tls is null ? "unix" : "unixs")}://{SocketName}" : "")}",
        $"--advertise-client-urls={AdvertisedEndpoint}",
        $"--listen-peer-urls={PeerEndpoint}",
        $"--initial-advertise-peer-urls={PeerEndpoint}",
        $"--initial-cluster={InitialCluster}",
        $"--initial-cluster-state={(StartedAsLearner ? "existing" : "new")}",

        // The folder's name is random: a member of another sandbox that comes to one of these ports by chance is turned away.
        $"--initial-cluster-token={Path.GetFileName(_cluster.Folder)}",
        "--logger=zap",
        "--log-level=info",

        // The sandbox's owner decides what is deleted and when.
        "--auto-compaction-retention=0",

        // etcd's default of 1 s loses its leader when the disk or a busy processor stalls one member for that long, which a
        // small machine that runs all members does; 2 s still gives a new leader quickly when one is killed.
        "--heartbeat-interval=100",
        "--election-timeout=2000",
        .. Options.QuotaBytes is { } quota ? [$"--quota-backend-bytes={quota}"] : Array.Empty<string>(),
        .. Options.Tls?.Arguments() ?? [],
        .. Options.Arguments,
    ];

    private EtcdSandboxClient OpenClient(SandboxLogin login) => new(new Uri(Endpoint), Options.Tls, new Uri(PeerEndpoint), login);

    private Process FindRunning() => IsRunning ? _process! : throw new InvalidOperationException($"{Name} is not running.");
}
