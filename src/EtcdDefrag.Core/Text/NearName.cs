namespace EtcdDefrag.Text;

/// <summary>Finds what was probably meant by an unknown name.</summary>
internal static class NearName
{
    // Three typing errors are still typing errors in names of this length; a longer text is not a name.
    private const int MaxSlips = 3;
    private const int MaxLength = 40;

    /// <summary>The known name with the fewest typing errors, the first among equals; null where none is near.</summary>
    public static string? Find(string name, IReadOnlyList<string> known)
    {
        var most = Math.Min(MaxSlips, name.Length / 3);
        return name.Length > MaxLength ? null : known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= most && CountSlips(name, candidate) <= most)
            .MinBy(candidate => CountSlips(name, candidate));
    }

    /// <summary>Levenshtein's distance: letters to insert, delete or replace.</summary>
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
                var replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
