using System.Text.Json;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>A key that an object may have, and what it does to what is being read.</summary>
/// <typeparam name="T">What is being read.</typeparam>
/// <param name="Name">The key.</param>
/// <param name="Apply">Gives what was read so far with the key's value in it, or unchanged where that is told to be wrong.</param>
internal sealed record Key<T>(string Name, Func<T, LocatedJson, Problems, T> Apply);

/// <summary>The keys that an object may have, in the order in which they are read, whatever the order of the text.</summary>
/// <typeparam name="T">What is being read.</typeparam>
internal sealed class Section<T>(params Key<T>[] keys)
{
    private readonly string[] _names = [.. keys.Select(k => k.Name)];

    public IReadOnlyList<string> Names => _names;

    public T Read(LocatedJson place, T start, Problems problems)
    {
        if (place.Kind != JsonTokenType.StartObject)
        {
            problems.Add(place, $"{place.Shown} is not an object with {string.Join(", ", _names)}");
            return start;
        }

        RefuseStrangers(place, problems);
        return keys.Aggregate(start, (sofar, key) => place.Find(key.Name) is { } value ? key.Apply(sofar, value, problems) : sofar);
    }

    private void RefuseStrangers(LocatedJson place, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in place.Members)
        {
            if (!seen.Add(name))
            {
                problems.Add(value, "it is given twice; only one of the two would count");
            }
            else if (!_names.Contains(name) && !IsSchema(name, value))
            {
                var near = NearName.Find(name, _names);
                problems.Add(value, near is null ? $"no such key; the keys are {string.Join(", ", _names)}" : $"no such key; did you mean {near}?");
            }
        }
    }

    /// <summary>Editors find the schema by it.</summary>
    private static bool IsSchema(string name, LocatedJson value) => name == "$schema" && value.Key == name;
}
