namespace EtcdDefrag.Policy.Language;

/// <summary>Finds what somebody may have meant by a name that is none.</summary>
internal static class NearName
{
    // Three slips are still a slip of the pen in names of this length; a longer text is no name at all.
    private const int MaxSlips = 3;
    private const int MaxLength = 40;

    /// <summary>The known name with the fewest slips, the first among equals, or null where none is near.</summary>
    public static string? Find(string name, IReadOnlyList<string> known)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        var most = Math.Min(MaxSlips, name.Length / 3);
        var best = known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= most)
            .Select(candidate => (Name: candidate, Slips: CountSlips(name, candidate)))
            .Where(candidate => candidate.Slips <= most)
            .OrderBy(candidate => candidate.Slips)
            .FirstOrDefault();
        return best.Name;
    }

    /// <summary>Levenshtein's distance: letters to put in, take out or exchange.</summary>
    private static int CountSlips(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var exchanged = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(exchanged, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
