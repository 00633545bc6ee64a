using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>A version as etcd gives it: three numbers, and whether it came before the release of that number (3.6.0-rc.1).</summary>
internal readonly record struct RuleVersion(int Major, int Minor, int Patch, bool IsPrerelease)
{
    /// <summary>Less than 0 where this version came before the other.</summary>
    public int Order(RuleVersion other)
    {
        var order = Major.CompareTo(other.Major);
        order = order != 0 ? order : Minor.CompareTo(other.Minor);
        order = order != 0 ? order : Patch.CompareTo(other.Patch);
        return order != 0 ? order : other.IsPrerelease.CompareTo(IsPrerelease);
    }

    /// <summary>Reads 3, 3.5 or 3.5.6, missing parts being 0; what follows a plus sign is a build and orders nothing.</summary>
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

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}{(IsPrerelease ? "-pre" : "")}");
}
