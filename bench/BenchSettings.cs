using System.Globalization;

namespace EtcdDefrag.Bench;

/// <summary>What is measured, how often, and beside whom.</summary>
internal sealed record BenchSettings
{
    public const string Help = """
        Measures etcd-defrag beside the tools it replaces, and writes what came out.

          dotnet run -c Release --project bench -- [all] [--quick] [--only NAME,NAME] [--pairs N] [--fill MIB] [--output FILE]

        Names: process, members, clusters, stalls, repeated, module, rules. --quick takes the fewest of each, to see that all of it works.
        ETCD_DEFRAG_NATIVE is the native etcd-defrag (else it is published first). Where ETCDCTL (or an etcdctl in ETCD_BIN_3_7, ETCD_BIN or
        PATH) and ETCD_DEFRAG_PEER (ahrtr/etcd-defrag) are not found, they are left out and the report says so.
        """;

    private static readonly string[] FolderVariables = ["ETCD_BIN_3_7", "ETCD_BIN", "PATH"];

    public bool IsQuick { get; private init; }

    public IReadOnlyList<string> Only { get; private init; } = [];

    public int Pairs { get; private init; } = 15;

    public int FillMiB { get; private init; } = 300;

    public string? Output { get; private init; }

    public string? Etcdctl { get; } = FindEtcdctl();

    public string? Peer { get; } = Existing(Environment.GetEnvironmentVariable("ETCD_DEFRAG_PEER"));

    public string Ours { get; set; } = Existing(Environment.GetEnvironmentVariable("ETCD_DEFRAG_NATIVE")) ?? "";

    /// <summary>Reads the arguments; null where they are not understood.</summary>
    public static BenchSettings? Read(IReadOnlyList<string> arguments)
    {
        var settings = new BenchSettings();
        var words = new Queue<string>(arguments);
        while (words.TryDequeue(out var word))
        {
            var isSwitch = word is "all" or "--quick";
            if (!isSwitch && words.Count == 0)
            {
                return null;
            }

            settings = word switch
            {
                "all" => settings,
                "--quick" => settings with { IsQuick = true, Pairs = 1, FillMiB = 8 },
                "--only" => settings with { Only = words.Dequeue().Split(',') },
                "--pairs" => settings with { Pairs = int.Parse(words.Dequeue(), CultureInfo.InvariantCulture) },
                "--fill" => settings with { FillMiB = int.Parse(words.Dequeue(), CultureInfo.InvariantCulture) },
                "--output" => settings with { Output = words.Dequeue() },
                _ => null,
            };
            if (settings is null)
            {
                return null;
            }
        }

        return settings;
    }

    private static string? FindEtcdctl()
    {
        var folders = FolderVariables.SelectMany(v => (Environment.GetEnvironmentVariable(v) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        return Existing(Environment.GetEnvironmentVariable("ETCDCTL"))
            ?? folders.Select(f => Existing(Path.Combine(f, "etcdctl"))).FirstOrDefault(f => f is not null);
    }

    private static string? Existing(string? file) => File.Exists(file) ? Path.GetFullPath(file) : null;
}
