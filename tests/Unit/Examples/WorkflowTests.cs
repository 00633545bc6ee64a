using YamlDotNet.RepresentationModel;

namespace EtcdDefrag.Unit.Examples;

/// <summary>The workflow makes the same two calls on each system, and no others.</summary>
public sealed class WorkflowTests
{
    [Fact]
    public void Each_system_builds_and_tests_with_the_same_two_commands()
    {
        var job = YamlExample.ReadFile(".github", "workflows", "test.yml").Single().At("jobs", "test");
        var steps = ((YamlSequenceNode)job.At("steps")).Cast<YamlMappingNode>().Where(step => step.Children.ContainsKey("run"));

        Assert.Equal(["windows-latest", "ubuntu-latest", "macos-latest"], job.TextsAt("strategy", "matrix", "os"));
        Assert.Equal("${{ matrix.os }}", job.TextAt("runs-on"));
        Assert.Equal(["./build.ps1", "dotnet test --configuration Release"], steps.Select(step => step.TextAt("run")));
    }
}
