using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>A version as etcd reports it: three numbers, and whether it precedes the release of that number (3.6.0-rc.1).</summary>
#pragma warning disable MA0097 // Rules compare versions with CompareTo alone, as they compare every type.
internal readonly record struct RuleVersion(int Major, int Minor, int Patch, bool IsPrerelease) : IComparable<RuleVersion>
#pragma warning restore MA0097
{
    public static RuleVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not a version.");

    /// <summary>Reads 3, 3.5 or 3.5.6, where missing parts are 0. A build, after a plus sign, does not affect the order.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RuleVersion version)
    {
        version = default;
        if (text.IndexOf('+') is >= 0 and var build)
        {
            text = text[..build];
        }

        var dash = text.IndexOf('-');
        var numbers = dash < 0 ? text : text[..dash];
        Span<int> parts = [0, 0, 0];
        for (var i = 0; i < parts.Length; i++)
        {
            var dot = numbers.IndexOf('.');
            var part = dot < 0 ? numbers : numbers[..dot];
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
            {
                return false;
            }

            if (dot < 0)
            {
                version = new RuleVersion(parts[0], parts[1], parts[2], dash >= 0);
                return true;
            }

            numbers = numbers[(dot + 1)..];
        }

        return false;
    }

    public int CompareTo(RuleVersion other)
    {
        var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return order != 0 ? order : other.IsPrerelease.CompareTo(IsPrerelease);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}{(IsPrerelease ? "-pre" : "")}");
}
