using System.Globalization;
using EtcdDefrag.Sandbox.Locating;

namespace EtcdDefrag.Sandbox.Commands;

/// <summary>What the program was asked to do.</summary>
internal sealed record SandboxArguments
{
    public const string Help = """
        Disposable clusters of real etcd on 127.0.0.1. Whatever ends the program, nothing is left behind; on Windows, if it is killed, no
        process is, but the folder with its logs and data.

        try   starts a cluster, fragments it, runs etcd-defrag on it, shows the space reclaimed, and cleans up
        up    prints the endpoints of a cluster and keeps it up until SIGINT (Ctrl+C) or SIGTERM

          --members N           how many members, 1 to 7 [default: 3]
          --etcd-version X.Y    which minor version of etcd, for example 3.5 [default: the first that is found]
          --fill MiB            how much to write, three quarters of which are deleted and compacted again [default: try 64, up 0]
          --until-input-ends    up: ends at the end of standard input too, for a script that holds its other end

        etcd is looked for in the folders that ETCD_BIN_X_Y and ETCD_BIN name, in PATH, in the cache of earlier runs, in etcd's release
        archive (ETCD_DOWNLOAD_URL sets another address) and in the package of Debian or Ubuntu, which is not installed.

        """;

    /// <summary>Whether to run try; else up.</summary>
    public bool IsTry { get; private init; }

    public int Members { get; private init; } = 3;

    public int FillMiB { get; private init; }

    public EtcdVersionRequest Version { get; private init; } = EtcdVersionRequest.Any;

    public bool UntilInputEnds { get; private init; }

    /// <exception cref="FormatException">They cannot be; the message is for the user.</exception>
    public static SandboxArguments Parse(IEnumerable<string> arguments)
    {
        var words = new Queue<string>(arguments.SelectMany(argument => argument.Split('=', 2)));
        var given = words.Dequeue() switch
        {
            "try" => new SandboxArguments { IsTry = true, FillMiB = 64 },
            "up" => new SandboxArguments(),
            var other => throw new FormatException($"There is no command '{other}'."),
        };
        while (words.TryDequeue(out var option))
        {
            given = option switch
            {
                "--members" => given with { Members = ReadNumber(words, 1, 7, "--members is a number from 1 to 7.") },
                "--fill" => given with { FillMiB = ReadNumber(words, 0, 1024, "--fill is a number of MiB from 0 to 1024.") },
                "--etcd-version" => given with { Version = EtcdVersionRequest.ForMinor(ReadWord(words)) },
                "--until-input-ends" when !given.IsTry => given with { UntilInputEnds = true },
                _ => throw new FormatException($"There is no option '{option}' of '{(given.IsTry ? "try" : "up")}'."),
            };
        }

        return given;
    }

    /// <summary>Starts the cluster. What it does is written to the log on the way.</summary>
    public async Task<EtcdSandbox> StartAsync(TextWriter log, CancellationToken cancellationToken)
    {
        var binary = await new EtcdLocator(log: log.WriteLine).FindAsync(Version, cancellationToken);
        await log.WriteLineAsync($"Starting {Members} member(s) on 127.0.0.1.");
        return await EtcdSandbox.StartAsync(new EtcdSandboxOptions { Members = Members, Binaries = [binary] }, cancellationToken);
    }

    public async Task FillAsync(EtcdSandbox sandbox, TextWriter log, CancellationToken cancellationToken)
    {
        if (FillMiB > 0)
        {
            await log.WriteLineAsync($"Writing {FillMiB} MiB, deleting three quarters of it and compacting.");
            await sandbox.FillAsync(new EtcdFill(FillMiB), cancellationToken);
        }
    }

    private static int ReadNumber(Queue<string> words, int min, int max, string problem) =>
        int.TryParse(ReadWord(words), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number >= min
        && number <= max
            ? number
            : throw new FormatException(problem);

    private static string ReadWord(Queue<string> words) => words.TryDequeue(out var word) ? word : string.Empty;
}
