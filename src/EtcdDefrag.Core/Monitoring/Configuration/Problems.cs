using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Collects what is wrong with one text, so that all of it is told at once.</summary>
internal sealed class Problems(string file)
{
    private readonly List<ConfigurationProblem> _all = [];

    public IReadOnlyList<ConfigurationProblem> All => [.. _all.OrderBy(p => p.Line)];

    public void Add(JsonPlace place, string reason) => _all.Add(new ConfigurationProblem(file, place.Line, place.Key, reason));

    /// <summary>A text that is not JSON; the runtime counts lines from 0.</summary>
    public void Add(JsonException notJson)
    {
        // The runtime adds its own way of telling the place to its sentence.
        var sentence = notJson.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
        _all.Add(new ConfigurationProblem(file, (int)(notJson.LineNumber ?? 0) + 1, "", $"This is not JSON: {sentence}"));
    }
}
