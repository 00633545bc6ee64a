using Docker.DotNet;
using DotNet.Testcontainers.Configurations;

namespace EtcdDefrag.Containers.Support;

/// <summary>The container engine that Testcontainers finds: DOCKER_HOST, the current context of docker, or its usual sockets.</summary>
internal static class ContainerEngine
{
    /// <summary>Set by .ci/with-engine where it started an engine: one that does not answer is then a failure.</summary>
    private const string RequiredVariable = "ETCD_DEFRAG_ENGINE_REQUIRED";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static readonly Lazy<DockerClient> LazyClient = new(() =>
        TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.NewGuid()).Build());

    // Null before the engine was asked; empty where it can be used.
    private static string? _problem;

    /// <summary>The engine's API, for what Testcontainers does not offer: kill, networks that come and go, limits.</summary>
    public static DockerClient Client => LazyClient.Value;

    /// <summary>Skips the test, which must be a SkippableFact or a SkippableTheory, where no engine can be used.</summary>
    public static async Task RequireAsync()
    {
        await Turn.WaitAsync();
        try
        {
            _problem ??= await FindProblemAsync() ?? "";
        }
        finally
        {
            Turn.Release();
        }

        if (_problem is { Length: > 0 } problem)
        {
            var isRequired = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(RequiredVariable));
            Assert.False(isRequired, $"{RequiredVariable} is set. {problem}");
            throw new SkipException(problem);
        }
    }

    private static async Task<string?> FindProblemAsync()
    {
        // Null where none of the places that Testcontainers looks at answers.
        if (TestcontainersSettings.OS.DockerEndpointAuthConfig is not { } engine)
        {
            return "No container engine answers. See tests/Containers/README.md.";
        }

        // Members are published on the engine's loopback address.
        if (engine.Endpoint.Scheme is "tcp" or "http" or "https" or "ssh" && !engine.Endpoint.IsLoopback)
        {
            return $"The container engine at {engine.Endpoint} is on another machine, where the members cannot be reached from here.";
        }

        using var deadline = new CancellationTokenSource(AnswerTimeout, TimeProvider.System);
        try
        {
            var version = await Client.System.GetVersionAsync(deadline.Token);
            return version.Os == "linux" ? null : $"The container engine at {engine.Endpoint} runs {version.Os} containers.";
        }
        catch (Exception exception) when (exception is
            DockerApiException or HttpRequestException or OperationCanceledException or IOException)
        {
            return $"The container engine at {engine.Endpoint} does not answer: {exception.Message}";
        }
    }
}
