using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Client;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;
using PublicApiGenerator;

namespace EtcdDefrag.Unit.PublicApi;

/// <summary>Public is what cmdlets emit or take. Scripts depend on it, so a change of it is seen here and made on purpose.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_of_Core_is_as_written_down()
    {
        var path = Repository.PathOf("tests", "Unit", "PublicApi", "EtcdDefrag.Core.txt");
        var now = typeof(EtcdMemberStatus).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false });
        var actual = now.ReplaceLineEndings("\n").TrimEnd() + "\n";

        // What differs stands beside the test program, to be looked at and, where it is meant, copied over the file.
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "EtcdDefrag.Core.txt"), actual);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    [Theory]
    [InlineData(typeof(EtcdConnector))]
    [InlineData(typeof(FlagText))]
    public void What_is_not_Core_has_no_public_types(Type type) => Assert.DoesNotContain(type.Assembly.GetExportedTypes(), IsOurs);

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("EtcdDefrag", StringComparison.Ordinal) == true;
}
