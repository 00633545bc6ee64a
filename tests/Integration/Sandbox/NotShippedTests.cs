using System.Xml.Linq;
using EtcdDefrag.Integration.PowerShell;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>What can reach production neither starts an etcd nor downloads one: the program that does is no part of it.</summary>
public sealed class NotShippedTests
{
    private const string Name = "EtcdDefrag.Sandbox";

    [Theory]
    [InlineData("EtcdDefrag.Core")]
    [InlineData("EtcdDefrag.Client")]
    [InlineData("EtcdDefrag.Cli")]
    [InlineData("EtcdDefrag.PowerShell")]
    public void No_shipped_project_refers_to_it(string project)
    {
        var file = XDocument.Load(Path.Combine(RepositoryFolder.Find(), "src", project, $"{project}.csproj"));
        var references = file.Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value);

        Assert.DoesNotContain(references, reference => reference.Contains(Name, StringComparison.Ordinal));
    }

    [Fact]
    public void It_lies_neither_in_the_module_nor_beside_the_command()
    {
        var repository = RepositoryFolder.Find();
        var module = Path.Combine(repository, "out", "EtcdDefrag");
        var command = Path.Combine(repository, "src", "EtcdDefrag.Cli", "bin", RepositoryFolder.Configuration);

        Assert.NotEmpty(Directory.EnumerateFiles(module, "EtcdDefrag.Core.dll", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.EnumerateFiles(command, "EtcdDefrag.Core.dll", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(module, $"{Name}.*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(command, $"{Name}.*", SearchOption.AllDirectories));
    }
}
