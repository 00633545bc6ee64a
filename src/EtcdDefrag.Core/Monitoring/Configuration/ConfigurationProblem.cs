using System.Globalization;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Something in a configuration that cannot be used.</summary>
/// <param name="File">The file; what the text was called where it came from none.</param>
/// <param name="Line">The line, counted from 1; 0 where the file could not be read at all.</param>
/// <param name="Key">The key with those above it, such as <c>policy.minDbSize</c> or <c>windows[0].from</c>; empty for the whole.</param>
/// <param name="Reason">What is wrong, and what would be right.</param>
public sealed record ConfigurationProblem(string File, int Line, string Key, string Reason)
{
    /// <summary>One line, as compilers write them.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{DisplayText.Value(File)}{(Line > 0 ? $":{Line}" : "")}: {(Key.Length > 0 ? $"{DisplayText.Value(Key)}: " : "")}{DisplayText.Of(Reason, 1000)}");
}

/// <summary>There is no configuration to work by: the file is missing, or what it holds cannot be used.</summary>
public sealed class MonitorConfigurationException : Exception
{
    /// <summary>Says everything that is wrong.</summary>
    /// <param name="problems">The problems, at least one.</param>
    public MonitorConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>The problems, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }
}
