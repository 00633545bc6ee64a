using System.Text.Json;
using EtcdDefrag.Connection;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Collects the problems of a text, so that all of them are reported at once. One problem makes the whole text unusable.</summary>
internal sealed class Problems(string file)
{
    private const int MaxReported = 50;

    private readonly List<ConfigurationProblem> _all = [];

    /// <summary>The problems in the order of the text; of very many, the first ones and the number of the others.</summary>
    public IReadOnlyList<ConfigurationProblem> ToList()
    {
        ConfigurationProblem[] ordered = [.. _all.OrderBy(p => p.Line)];
        return ordered.Length <= MaxReported
            ? ordered
            : [.. ordered[..MaxReported], new(file, ordered[MaxReported].Line, "", $"{ordered.Length - MaxReported} more problems")];
    }

    public void Add(LocatedJson value, string reason) => _all.Add(new(file, value.Line, value.Key, reason));

    public void Add(JsonException notJson, string? remedy)
    {
        // The runtime counts lines from 0, and adds its own form of the position to the sentence.
        var sentence = notJson.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
        _all.Add(new(file, (int)(notJson.LineNumber ?? 0) + 1, "", $"This is not JSON: {sentence}{(remedy is null ? "" : $" In a path, {remedy}.")}"));
    }

    /// <summary>Reads a value; a failure is a problem of the value, and the substitute is returned.</summary>
    public T Read<T>(LocatedJson value, Func<T> read, T substitute)
    {
        try
        {
            return read();
        }
        catch (RuleException wrong)
        {
            Add(value, wrong.Problem);
        }
        catch (EtcdSettingException wrong)
        {
            Add(value, $"{wrong.Message} {wrong.Remedy}");
        }
        catch (Exception wrong) when (wrong is FormatException or EtcdEndpointException)
        {
            Add(value, wrong.Message);
        }

        return substitute;
    }

    /// <summary>Reads the items of a list; items with a problem are left out.</summary>
    public IReadOnlyList<T> ReadList<T>(LocatedJson list, string what, Func<LocatedJson, T> read, bool mayBeEmpty = false)
    {
        if (list.Kind != JsonTokenType.StartArray)
        {
            throw new FormatException($"{list.Shown} is not a list of {what}");
        }

        return list.Items.Count > 0 || mayBeEmpty
            ? [.. list.Items.SelectMany(item => Read<T[]>(item, () => [read(item)], []))]
            : throw new FormatException($"the list is empty; it needs at least one of {what}");
    }
}
