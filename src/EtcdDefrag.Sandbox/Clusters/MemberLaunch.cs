using System.Globalization;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Everything needed to start one member, again and again: its place, its addresses and its command line.</summary>
internal sealed record MemberLaunch(string SandboxFolder, string Name, int ClientPort, int PeerPort, EtcdBinary Binary)
{
    // As many as etcd's help takes, which it prints after the line that says what is wrong with a flag.
    private const int LogLinesShown = 25;

    /// <summary>The members it starts with, itself included, as etcd's --initial-cluster takes them.</summary>
    public string InitialCluster { get; init; } = string.Empty;

    /// <summary>Whether it joins a cluster that runs already.</summary>
    public bool Joins { get; init; }

    /// <summary>The database's quota; null for etcd's default.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>TLS on the address for clients; null for none.</summary>
    public EtcdSandboxTls? Tls { get; init; }

    /// <summary>Whether it listens on a unix socket too.</summary>
    public bool ListensOnSocket { get; init; }

    /// <summary>What clients are told to call it by; null for where it listens.</summary>
    public string? AdvertisedUrl { get; init; }

    /// <summary>Further flags.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public string Endpoint => Url(Tls is null ? "http" : "https", ClientPort);

    public string PeerEndpoint => Url("http", PeerPort);

    public string AdvertisedEndpoint => AdvertisedUrl ?? Endpoint;

    /// <summary>The unix socket; null for none.</summary>
    public string? SocketPath => ListensOnSocket ? Path.Combine(SandboxFolder, SocketName) : null;

    public string DataFolder => Path.Combine(SandboxFolder, Name);

    public string LogFile => Path.Combine(SandboxFolder, $"{Name}.log");

    /// <summary>Where process ids are noted for the watchdog.</summary>
    public string NotesFolder => Path.Combine(SandboxFolder, Clusters.SandboxFolder.NotesName);

    /// <summary>Its entry in --initial-cluster.</summary>
    public string ClusterEntry => $"{Name}={PeerEndpoint}";

    /// <summary>The executable with its arguments. Every flag is known to etcd 3.4 to 3.7.</summary>
    public IReadOnlyList<string> Command()
    {
        List<string> command =
        [
            Binary.Path,
            $"--name={Name}",
            $"--data-dir={DataFolder}",
            $"--listen-client-urls={(ListensOnSocket ? $"{Endpoint},{SocketUrl}" : Endpoint)}",
            $"--advertise-client-urls={AdvertisedEndpoint}",
            $"--listen-peer-urls={PeerEndpoint}",
            $"--initial-advertise-peer-urls={PeerEndpoint}",
            $"--initial-cluster={InitialCluster}",
            $"--initial-cluster-state={(Joins ? "existing" : "new")}",

            // The folder's name is random: a member of another sandbox that comes to one of these ports by chance is turned away.
            $"--initial-cluster-token={Path.GetFileName(SandboxFolder)}",
            "--logger=zap",
            "--log-level=info",

            // What is deleted and when is the sandbox's owner's to say.
            "--auto-compaction-retention=0",

            // etcd's default of 1 s loses its leader when the disk or a busy processor stalls one member for that long, which a
            // small machine that runs all members does; 2 s still gives a new leader quickly when one is killed.
            "--heartbeat-interval=100",
            "--election-timeout=2000",
        ];
        if (QuotaBytes is { } quota)
        {
            command.Add(string.Create(CultureInfo.InvariantCulture, $"--quota-backend-bytes={quota}"));
        }

        if (Tls is not null)
        {
            command.AddRange(Tls.Arguments());
        }

        command.AddRange(Arguments);
        return command;
    }

    /// <summary>The end of the log as the end of a message.</summary>
    public string DescribeLog()
    {
        var lines = ReadLog();
        return lines.Length == 0
            ? " Its log is empty."
            : $" The end of its log:{string.Concat(lines.TakeLast(LogLinesShown).Select(line => $"{Environment.NewLine}  {line}"))}";
    }

    /// <summary>Whether it could not start because another process has one of its ports.</summary>
    public bool FoundPortTaken() => ReadLog().Any(line =>
        line.Contains("address already in use", StringComparison.Ordinal)
        || line.Contains("Only one usage of each socket address", StringComparison.Ordinal));

    // etcd 3.4 takes host:port alone after unix://, makes a file of that name where it was started, and refuses absolute paths; 3.5
    // takes both. Over unixs it speaks TLS there as well.
    private string SocketName => $"{Name}:1";

    private string SocketUrl => $"{(Tls is null ? "unix" : "unixs")}://{SocketName}";

    private string[] ReadLog()
    {
        try
        {
            using var file = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private static string Url(string scheme, int port) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}");
}
