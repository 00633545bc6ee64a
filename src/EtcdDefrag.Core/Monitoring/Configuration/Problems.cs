using System.Globalization;
using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Collects what is wrong with one text, so that all of it is told at once.</summary>
internal sealed class Problems(string file)
{
    private const int MaxShown = 50;

    private readonly List<ConfigurationProblem> _all = [];

    /// <summary>The problems in the order of the text, or the first of them and how many more there are.</summary>
    public IReadOnlyList<ConfigurationProblem> All
    {
        get
        {
            ConfigurationProblem[] ordered = [.. _all.OrderBy(p => p.Line)];
            return ordered.Length <= MaxShown
                ? ordered
                : [.. ordered[..MaxShown], new ConfigurationProblem(file, ordered[MaxShown].Line, "", More(ordered.Length - MaxShown))];
        }
    }

    private static string More(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} more problems");

    public void Add(LocatedJson place, string reason) => _all.Add(new ConfigurationProblem(file, place.Line, place.Key, reason));

    /// <summary>A text that is not JSON; the runtime counts lines from 0.</summary>
    public void Add(JsonException notJson)
    {
        // The runtime adds its own way of telling the place to its sentence.
        var sentence = notJson.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
        _all.Add(new ConfigurationProblem(file, (int)(notJson.LineNumber ?? 0) + 1, "", $"This is not JSON: {sentence}"));
    }
}
