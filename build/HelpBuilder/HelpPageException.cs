namespace EtcdDefrag.HelpBuilder;

/// <summary>A page of help is not written as it must be.</summary>
/// <param name="path">The page.</param>
/// <param name="problem">What is wrong, as a sentence.</param>
internal sealed class HelpPageException(string path, string problem) : Exception(problem)
{
    /// <summary>The page.</summary>
    public string Path { get; } = path;
}
