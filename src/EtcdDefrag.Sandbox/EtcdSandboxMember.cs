using EtcdDefrag.Sandbox.Clients;
using EtcdDefrag.Sandbox.Clusters;
using EtcdDefrag.Sandbox.Locating;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox;

/// <summary>
/// One member of a sandbox: a real etcd process that can be stopped, killed and paused. Use a member from one thread at a time;
/// different members may be used at once.
/// </summary>
public sealed class EtcdSandboxMember
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly SandboxClock _clock;
    private readonly MemberLaunch _launch;
    private readonly SandboxLogin _login;
    private MemberProcess? _process;
    private ulong _memberId;

    internal EtcdSandboxMember(MemberLaunch launch, SandboxClock clock, SandboxLogin login)
    {
        _launch = launch;
        _clock = clock;
        _login = login;
        Client = OpenClient();
    }

    /// <summary>Its name in the cluster: m1, m2 and so on.</summary>
    public string Name => _launch.Name;

    /// <summary>The address for clients, such as <c>http://127.0.0.1:20001</c>; https where the sandbox has TLS.</summary>
    public string Endpoint => _launch.Endpoint;

    /// <summary>The address it tells clients to call it by: <see cref="Endpoint"/>, unless the sandbox's options say otherwise.</summary>
    public string AdvertisedEndpoint => _launch.AdvertisedEndpoint;

    /// <summary>
    /// The full path of the unix socket it listens on besides; null where the options ask for none. Where the sandbox has TLS, TLS is
    /// spoken there too. The file is named like a host and a port, m1:1, the one form that etcd 3.4 takes.
    /// </summary>
    public string? SocketPath => _launch.SocketPath;

    /// <summary>The address for the other members.</summary>
    public string PeerEndpoint => _launch.PeerEndpoint;

    /// <summary>The process id while it runs.</summary>
    public int? ProcessId => IsRunning ? _process!.Id : null;

    /// <summary>Everything this member's etcd has written.</summary>
    public string LogFile => _launch.LogFile;

    /// <summary>etcd's data directory.</summary>
    public string DataFolder => _launch.DataFolder;

    /// <summary>The etcd it runs.</summary>
    public EtcdBinary Binary => _launch.Binary;

    /// <summary>The sandbox's own client of it.</summary>
    public EtcdSandboxClient Client { get; }

    /// <summary>Whether its process lives, paused or not.</summary>
    public bool IsRunning => _process is { HasEnded: false };

    /// <summary>Whether its process is halted by <see cref="Pause"/>.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether it can be expected to answer.</summary>
    internal bool IsAnswering => IsRunning && !IsPaused;

    /// <summary>Whether it came as a learner; it may be a voter by now.</summary>
    internal bool StartedAsLearner => _launch.Joins;

    /// <summary>A client of the caller's own, with connections that nobody else uses or breaks off. The caller disposes it.</summary>
    public EtcdSandboxClient OpenClient() => OpenClient(_login);

    /// <summary>A client of the caller's own that speaks as a certain user of etcd. The caller disposes it.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="password">The password.</param>
    public EtcdSandboxClient OpenClient(string user, string password)
    {
        var login = new SandboxLogin { Elsewhere = _login.Elsewhere };
        login.SignInAs(user, password);
        return OpenClient(login);
    }

    /// <summary>Its id in the cluster. It must have run once.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<ulong> GetMemberIdAsync(CancellationToken cancellationToken = default)
    {
        if (_memberId == 0)
        {
            var status = await Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            _memberId = status.Header.MemberId;
        }

        return _memberId;
    }

    /// <summary>
    /// Starts it with the data it has and waits until it answers. An etcd answers once a quorum runs: where too few run, start
    /// several at once and wait for all of them together.
    /// </summary>
    /// <param name="cancellationToken">Gives the wait up; the process is then ended.</param>
    /// <exception cref="EtcdSandboxException">It ended or did not answer in time; the message holds the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Launch();
        try
        {
            await WaitUntilAnsweringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await KillAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks it to shut down in order (SIGTERM) and waits for its end; after 10 s it is killed.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (!IsRunning || OperatingSystem.IsWindows())
        {
            await KillAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        _process!.Send(Signals.Terminate);
        _process.Send(Signals.Continue);
        using var timeout = new CancellationTokenSource(StopTimeout, _clock.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _process.WaitForEndAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A member without quorum may try for long to hand its leadership over.
        }

        await KillAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills it at once (SIGKILL), paused or not, and waits for its end. One that does not run is no error.</summary>
    /// <param name="cancellationToken">Gives the wait up; the kill stands.</param>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        await _process.WaitForEndAsync(cancellationToken).ConfigureAwait(false);
        _process.Dispose();
        _process = null;
        IsPaused = false;
    }

    /// <summary>Halts it where it is (SIGSTOP): its connections stay open, but nothing answers.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public void Pause()
    {
        Running().Send(Signals.Stop);
        IsPaused = true;
    }

    /// <summary>Lets it go on after <see cref="Pause"/> (SIGCONT).</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public void Resume()
    {
        Running().Send(Signals.Continue);
        IsPaused = false;
    }

    /// <summary>Stops it in order and starts it again.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        await StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Endpoint}";

    /// <summary>Starts the process without waiting for anything.</summary>
    internal void Launch()
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
        _process = MemberProcess.Start(_launch.Command(), _launch.SandboxFolder, _launch.NotesFolder, Name, LogFile);
        IsPaused = false;
    }

    /// <summary>Waits until the launched process answers and knows a leader.</summary>
    internal async Task WaitUntilAnsweringAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _clock.WaitAsync(DescribeStartAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdSandboxException exception)
        {
            throw new EtcdSandboxException($"{Name} did not start. {exception.Message}{_launch.DescribeLog()}", exception);
        }

        if (!IsRunning)
        {
            throw new EtcdSandboxException($"{Name} ended instead of starting.{_launch.DescribeLog()}");
        }
    }

    private async Task<string?> DescribeStartAsync(CancellationToken cancellationToken)
    {
        if (!IsRunning)
        {
            // Nothing to wait for any more.
            return null;
        }

        var status = await Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        return status.Leader == 0 ? $"{Name} knows no leader" : null;
    }

    private EtcdSandboxClient OpenClient(SandboxLogin login) =>
        new(new Uri(Endpoint), _clock.Time, new Uri(PeerEndpoint), _launch.Tls, login);

    private MemberProcess Running() =>
        IsRunning ? _process! : throw new InvalidOperationException($"{Name} is not running.");
}
