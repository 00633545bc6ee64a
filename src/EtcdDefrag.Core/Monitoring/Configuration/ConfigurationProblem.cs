using System.Globalization;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Something in a configuration that cannot be used.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, counted from 1; 0 if the file cannot be read at all.</param>
/// <param name="Key">The key with those above it, such as <c>windows[0].from</c>; empty for the whole file.</param>
/// <param name="Reason">What is wrong, and what is expected.</param>
public sealed record ConfigurationProblem(string File, int Line, string Key, string Reason)
{
    /// <summary>One line, as compilers write them.</summary>
    public override string ToString()
    {
        var line = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $":{Line}") : "";
        return $"{DisplayText.Value(File)}{line}: {(Key.Length > 0 ? $"{DisplayText.Value(Key)}: " : "")}{DisplayText.Of(Reason, 1000)}";
    }
}

/// <summary>There is no configuration to begin with: the file is missing or cannot be used.</summary>
/// <param name="problems">The problems, at least one.</param>
public sealed class MonitorConfigurationException(IReadOnlyList<ConfigurationProblem> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>The problems, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
