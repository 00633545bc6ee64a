using System.Text.RegularExpressions;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.PowerShell;

/// <summary>
/// Runs every PowerShell example of docs/connecting.md as it stands there, but for what a machine must have: its files lie in a folder
/// of the test's, its addresses are the sandbox's, and what asks a person or Azure is answered.
/// </summary>
public sealed partial class ConnectingDocumentTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    private const string Stand = $$"""
        function Get-Credential($name) { [pscredential]::new($name, (ConvertTo-SecureString '{{SecureCluster.RootPassword}}' -AsPlainText -Force)) }
        function Read-Host { ConvertTo-SecureString '{{SecureCluster.PfxPassword}}' -AsPlainText -Force }
        function Get-AutomationCertificate($Name) { [Security.Cryptography.X509Certificates.X509Certificate2]::new("$PWD/client.pfx", '{{SecureCluster.PfxPassword}}') }

        """;

    private static readonly string[] Examples = ReadExamples(PowerShellFence());

    // A name of DNS would have to be known to this machine's own resolver; the cmdlets, which can be told whom to ask, run those.
    private static readonly string[] CommandExamples = [.. ReadExamples(ShellFence()).Where(e => e.StartsWith("etcd-defrag --endpoints https:", StringComparison.Ordinal))];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Examples.Length)];

    public static TheoryData<int> CommandNumbers => [.. Enumerable.Range(1, CommandExamples.Length)];

    [SkippableTheory]
    [MemberData(nameof(Numbers))]
    public async Task An_example_works(int number)
    {
        var example = Examples[number - 1];

        var lines = await cluster.RunAsync($"{Stand}{Adapt(example)}{Environment.NewLine}\"errors: $($Error.Count)\"");

        Assert.True(lines[^1] == "errors: 0", string.Join('\n', lines));
        Assert.Contains(lines, l => l.StartsWith("https://127.0.0.1:", StringComparison.Ordinal) || l.Contains(" True ", StringComparison.Ordinal));
        if (example.StartsWith("Invoke-EtcdDefrag", StringComparison.Ordinal))
        {
            var expected = example.Contains(" -Cluster", StringComparison.Ordinal) ? 3 : 1;
            Assert.Equal(expected, lines.Count(l => l.Contains("Defragmented", StringComparison.Ordinal)));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(CommandNumbers))]
    public async Task An_example_of_the_command_works_and_shows_no_secret(int number)
    {
        var example = CommandExamples[number - 1];

        using var process = Command.StartInShell($"export ETCD_DEFRAG_PASSWORD='{SecureCluster.RootPassword}'; {(example.Contains("--user", StringComparison.Ordinal) ? "" : "unset ETCD_DEFRAG_PASSWORD; ")}{Adapt(example)} --debug");
        var result = await Command.RunProgramAsync(process);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(example.Contains(" --cluster", StringComparison.Ordinal) ? 3 : 1, result.Output.Count(l => l.Contains("https://127.0.0.1:", StringComparison.Ordinal)));
        Assert.All(cluster.Secrets, s => Assert.DoesNotContain(s, result.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Each_kind_of_cluster_has_one_line_for_each_front()
    {
        var text = File.ReadAllText(DocumentPath);

        Assert.Equal(6, Examples.Count(e => e.StartsWith("Invoke-EtcdDefrag", StringComparison.Ordinal) && !e.Contains('\n', StringComparison.Ordinal)));
        Assert.All((string[])["kubeadm", "k3s", "RKE2", "OpenShift", "MicroShift", "A service of systemd"], kind =>
            Assert.Matches($@"(?s)\*\*{kind}\*\*.*?```powershell\nInvoke-EtcdDefrag [^\n]+\n```\n\n```sh\netcd-defrag [^\n]+\n```", text));
    }

    private static string DocumentPath => Path.Combine(RepositoryFolder.Find(), "docs", "connecting.md");

    private static string[] ReadExamples(Regex fence) => fence.Matches(File.ReadAllText(DocumentPath)).Select(m => m.Groups["example"].Value.Trim()).ToArray();

    private string Adapt(string example)
    {
        var withFiles = AbsolutePath().Replace(example, m => $"{m.Groups["parameter"].Value} '{Place(m.Groups["parameter"].Value, m.Groups["path"].Value)}'");
        var withAddresses = Address().Replace(withFiles, m => cluster.Sandbox.Endpoints[MemberOf(m)]);
        var adapted = withAddresses.Replace("example.com", "example.test", StringComparison.Ordinal)
            .Replace("10.0.0.53", "$env:T_DNS", StringComparison.Ordinal)
            .Replace("'http://{host}:2381'", $"'{string.Join("','", cluster.Sandbox.Endpoints.Select(e => $"{e}={e}"))}'", StringComparison.Ordinal);

        // Nothing leaves this machine.
        Assert.DoesNotContain("10.0.0.", adapted, StringComparison.Ordinal);
        return adapted;
    }

    /// <summary>Puts the sandbox's file of that kind where the example has it, below the test's folder.</summary>
    private string Place(string parameter, string path)
    {
        var source = parameter switch
        {
            "-CACertificatePath" or "--cacert" => "ca.crt",
            "-KeyPath" or "--key" => "client.key",
            _ => "client" + Path.GetExtension(path),
        };
        var place = Path.Combine(cluster.Folder, "root", path[1..]);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Copy(Path.Combine(cluster.Folder, source), place, overwrite: true);
        return place;
    }

    /// <summary>10.0.0.2 is the second member, and so is the port 22379 of this machine.</summary>
    private static int MemberOf(Match address) => (address.Groups["port"].Value, address.Groups["last"].Value) switch
    {
        ("22379", _) or (_, "2") => 1,
        ("32379", _) or (_, "3") => 2,
        _ => 0,
    };

    [GeneratedRegex(@"^```powershell\r?\n(?<example>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PowerShellFence();

    [GeneratedRegex(@"^```sh\r?\n(?<example>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShellFence();

    [GeneratedRegex(@"(?<parameter>-\w+Path|--cacert|--cert|--key) (?<path>/[\w./-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"https://(localhost|127\.0\.0\.1|10\.0\.0\.(?<last>\d)):(?<port>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
