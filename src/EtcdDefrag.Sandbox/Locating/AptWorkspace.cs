using System.Text;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>
/// apt with a state of its own for one suite, so that it needs no root, touches nothing of the machine's and does not mind
/// whether the machine's lists are fresh. The lists stay for the next time, when only what changed is fetched.
/// </summary>
internal sealed class AptWorkspace
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _variables;

    private AptWorkspace(string folder)
    {
        _folder = folder;
        _variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["APT_CONFIG"] = ConfigFile };
    }

    private string ConfigFile => Path.Combine(_folder, "apt.conf");

    /// <summary>Prepares the folder with its configuration.</summary>
    public static async Task<AptWorkspace> CreateAsync(string folder, string sources, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["lists/partial", "archives/partial"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        var workspace = new AptWorkspace(folder);
        var network = await ReadNetworkSettingsAsync(cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "status"), string.Empty, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "archive.sources"), sources, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(workspace.ConfigFile, workspace.Configuration(network), cancellationToken).ConfigureAwait(false);
        return workspace;
    }

    /// <summary>Fetches the suite's list of packages.</summary>
    public Task<ExternalCommandResult> UpdateAsync(CancellationToken cancellationToken) =>
        ExternalCommand.RunAsync("apt-get", ["--quiet", "--error-on=any", "update"], cancellationToken, _folder, _variables);

    /// <summary>The version the suite has of a package, such as <c>3.5.16-4</c>; null when it has none.</summary>
    public async Task<string?> FindCandidateAsync(string package, CancellationToken cancellationToken)
    {
        var policy = await ExternalCommand.RunAsync("apt-cache", ["policy", package], cancellationToken, _folder, _variables)
            .ConfigureAwait(false);
        const string Label = "Candidate:";
        var line = policy.Output.Split('\n', StringSplitOptions.TrimEntries)
            .FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal));
        return line?[Label.Length..].Trim() is { Length: > 0 } candidate and not "(none)" ? candidate : null;
    }

    /// <summary>Downloads a package into a folder; apt checks it against the signed lists.</summary>
    public Task<ExternalCommandResult> DownloadAsync(string package, string folder, CancellationToken cancellationToken) =>
        ExternalCommand.RunAsync("apt-get", ["--quiet", "download", package], cancellationToken, folder, _variables);

    private static async Task<IEnumerable<string>> ReadNetworkSettingsAsync(CancellationToken cancellationToken)
    {
        // Proxies and the like are the machine's own. Its hooks after an update are not ours to run, nor its extra indexes to fetch.
        var dump = await ExternalCommand.RunAsync("apt-config", ["dump"], cancellationToken).ConfigureAwait(false);
        return dump.Output.Split('\n').Where(line =>
            line.StartsWith("Acquire::", StringComparison.Ordinal)
            && !line.StartsWith("Acquire::IndexTargets", StringComparison.Ordinal)
            && !line.StartsWith("Acquire::Languages", StringComparison.Ordinal));
    }

    private string Configuration(IEnumerable<string> networkSettings)
    {
        var text = new StringBuilder().AppendJoin('\n', networkSettings).Append('\n');
        (string Name, string Value)[] settings =
        [
            ("Dir::State", _folder),
            ("Dir::State::lists", Path.Combine(_folder, "lists")),
            ("Dir::State::status", Path.Combine(_folder, "status")),
            ("Dir::Cache", _folder),
            ("Dir::Cache::archives", Path.Combine(_folder, "archives")),
            ("Dir::Cache::pkgcache", string.Empty),
            ("Dir::Cache::srcpkgcache", string.Empty),
            ("Dir::Etc::sourcelist", Path.Combine(_folder, "archive.sources")),
            ("Dir::Etc::sourceparts", "-"),
            ("Dir::Etc::main", "-"),
            ("Dir::Etc::parts", "-"),
            ("Dir::Etc::preferences", "-"),
            ("Dir::Etc::preferencesparts", "-"),
            ("APT::Sandbox::User", string.Empty),
            ("Acquire::Languages", "none"),
            ("Acquire::Retries", "1"),
            ("Acquire::http::Timeout", "10"),
            ("Acquire::https::Timeout", "10"),
        ];
        foreach (var (name, value) in settings)
        {
            text.Append(name).Append(" \"").Append(value).Append("\";\n");
        }

        return text.ToString();
    }
}
