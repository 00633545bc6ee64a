using System.Globalization;
using System.Text;

namespace EtcdDefrag.Text;

/// <summary>
/// Makes text from elsewhere safe to show: one line, a bounded length, and nothing that a terminal or a log viewer acts on. Everything that
/// both fronts print goes through here.
/// </summary>
internal static class DisplayText
{
    /// <summary>The limit for one foreign value within a sentence, such as a member's name or etcd's own words.</summary>
    public const int MaxValue = 400;

    /// <summary>The limit for a whole line.</summary>
    public const int MaxLine = 4000;

    private const string Ellipsis = "...";

    /// <summary>
    /// Shows a text as one line of at most so many characters. Control and format characters (escape sequences, line ends, changes of the
    /// writing direction) and halves of surrogate pairs are written as <c>\uXXXX</c>, as JSON writes them: in a JSON text the meaning stays
    /// the same.
    /// </summary>
    public static string Of(string? text, int maxLength = MaxLine)
    {
        if (text is null || (text.Length <= maxLength && IsPlain(text)))
        {
            return text ?? "";
        }

        // The rest can only be cut off, so a text without end costs no more than the limit.
        var shown = Escape(text.Length <= maxLength ? text : text[..maxLength]);
        return text.Length <= maxLength && shown.Length <= maxLength ? shown : Shorten(shown, maxLength, text.Length);
    }

    /// <summary>Shows a foreign value within a sentence.</summary>
    public static string Value(string? text) => Of(text, MaxValue);

    /// <summary>Limits the length alone, for a text that is escaped elsewhere, as in JSON.</summary>
    public static string Cut(string text, int maxLength = MaxLine) =>
        text.Length <= maxLength ? text : Shorten(text, maxLength, text.Length);

    /// <summary>Shows a text of several lines that this program made; foreign values in it have been through <see cref="Value"/>.</summary>
    public static IEnumerable<string> Lines(string? text, int maxLines = 100)
    {
        var lines = (text ?? "").Split('\n', maxLines + 1);
        return lines.Take(maxLines).Select(line => Of(line.TrimEnd('\r'))).Concat(lines.Length > maxLines ? [Ellipsis] : []);
    }

    private static string Shorten(string shown, int maxLength, int wholeLength)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Ellipsis} ({wholeLength} characters)");
        return string.Concat(shown.AsSpan(0, WholeEnd(shown, Math.Max(0, maxLength - mark.Length))), mark);
    }

    private static bool IsPlain(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // A half of a pair is enumerated as the replacement character, which the text may also contain itself.
            if (rune == Rune.ReplacementChar || IsActive(rune))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsActive(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var isWhole = Rune.TryGetRuneAt(text, i, out var rune);
            var length = isWhole ? rune.Utf16SequenceLength : 1;
            if (isWhole && !IsActive(rune))
            {
                shown.Append(text, i, length);
            }
            else
            {
                foreach (var unit in text.AsSpan(i, length))
                {
                    shown.Append(unit switch
                    {
                        '\n' => @"\n",
                        '\r' => @"\r",
                        '\t' => @"\t",
                        _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)unit:x4}"),
                    });
                }
            }

            i += length;
        }

        return shown.ToString();
    }

    /// <summary>The longest length up to the given one that cuts neither a pair nor an escape.</summary>
    private static int WholeEnd(string shown, int length)
    {
        var end = Math.Min(length, shown.Length);
        var escape = end == 0 ? -1 : shown.LastIndexOf('\\', end - 1, Math.Min(end, 6));
        if (escape >= 0 && escape + 1 < shown.Length && shown[escape + 1] == 'u' && escape + 6 > end)
        {
            end = escape;
        }

        return end > 0 && end < shown.Length && char.IsHighSurrogate(shown[end - 1]) ? end - 1 : end;
    }
}
