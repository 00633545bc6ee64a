using System.Text.Json;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>A key of an object, and how its value changes what was read so far.</summary>
internal sealed record Key<T>(string Name, Func<T, LocatedJson, Problems, T> Apply)
{
    public Key(string name, Func<T, LocatedJson, T> apply)
        : this(name, (sofar, value, _) => apply(sofar, value))
    {
    }
}

/// <summary>The keys of an object. They are applied in the order given here, whatever the order of the text.</summary>
internal sealed class Section<T>(params Key<T>[] keys)
{
    private readonly string[] _names = [.. keys.Select(k => k.Name)];

    public IReadOnlyList<string> Names => _names;

    private string KnownKeys => $"the keys are {string.Join(", ", _names)}";

    public T Read(LocatedJson value, T start, Problems problems, params string[] required)
    {
        if (value.Kind != JsonTokenType.StartObject)
        {
            throw new FormatException($"{value.Shown} is not an object with {string.Join(", ", _names)}");
        }

        RejectUnknownKeys(value, problems);
        var read = start;
        foreach (var key in keys)
        {
            read = value.Find(key.Name) is { } found ? problems.Read(found, () => key.Apply(read, found, problems), read) : read;
        }

        foreach (var key in required.Where(k => value.Find(k) is null))
        {
            problems.Add(value, $"it needs \"{key}\"");
        }

        return read;
    }

    private void RejectUnknownKeys(LocatedJson section, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in section.Members)
        {
            if (!seen.Add(name))
            {
                problems.Add(value, "it is given twice; only one of the two would count");
            }
            else if (!_names.Contains(name) && !IsSchema(name, value))
            {
                var near = NearName.Find(name, _names);
                problems.Add(value, $"no such key; {(near is null ? KnownKeys : $"did you mean {near}?")}");
            }
        }
    }

    /// <summary>The key by which editors find the schema, at the top of the text only.</summary>
    private static bool IsSchema(string name, LocatedJson value) => name == "$schema" && value.Key == name;
}
