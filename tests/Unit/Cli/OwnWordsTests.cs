using EtcdDefrag.Cli.Output;

namespace EtcdDefrag.Unit.Cli;

/// <summary>The command names its own flags and commands, and no cmdlets or parameters.</summary>
public sealed class OwnWordsTests
{
    [Theory]
    [InlineData("Use -Force (--force) to override.", "Use --force to override.")]
    [InlineData("See Test-EtcdClusterHealth (etcd-defrag health) for who leads now.", "See etcd-defrag health for who leads now.")]
    [InlineData("their name: -ServerName (--tls-server-name); and more", "their name: --tls-server-name; and more")]
    [InlineData("-QuotaBytes (--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy)", "--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy")]
    [InlineData("nothing listens there (connection refused)", "nothing listens there (connection refused)")]
    [InlineData("a member (--force) x-Y (see)", "a member (--force) x-Y (see)")]
    public void Its_own_are_left(string text, string expected) => Assert.Equal(expected, OwnWords.Of(text));

    [Fact]
    public void No_text_of_Core_names_a_parameter_or_a_cmdlet_without_the_commands_word()
    {
        var texts = Directory.EnumerateFiles(Support.Repository.PathOf("src", "EtcdDefrag.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(l => l.Contains('"') && !l.TrimStart().StartsWith('/'));

        Assert.DoesNotContain(texts, l => System.Text.RegularExpressions.Regex.IsMatch(
            OwnWords.Of(l), @"(?<![\w-])-[A-Z][a-z]\w*|\b[A-Z][a-z]+-Etcd\w+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }
}
