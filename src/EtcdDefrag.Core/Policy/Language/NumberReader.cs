using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>Reads one number or version: 42, 4.2e3, 4_000, 0x2A, 200M, 45%, 3.5.6.</summary>
internal ref struct NumberReader
{
    private readonly string rule;
    private readonly int start;
    private int next;
    private bool isWhole = true;

    private NumberReader(string rule, int start)
    {
        this.rule = rule;
        this.start = start;
        next = start;
    }

    public static RuleToken Read(string rule, int start) => new NumberReader(rule, start).Read();

    private RuleToken Read()
    {
        if (rule[start] == '0' && Peek(1) is 'x' or 'X' or 'b' or 'B' or 'o' or 'O')
        {
            return ReadInBase(2, Peek(1) switch { 'x' or 'X' => 16, 'b' or 'B' => 2, _ => 8 });
        }

        SkipDigits();
        SkipFraction();
        if (IsThirdPart())
        {
            return ReadVersion();
        }

        SkipExponent();
        // Go's old octal numbers: the original reads 0100 as 64, and so must this.
        return isWhole && next - start > 1 && rule[start] == '0' ? ReadInBase(1, 8) : Finish();
    }

    private readonly char Peek(int ahead = 0) => next + ahead < rule.Length ? rule[next + ahead] : '\0';

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()) || (Peek() == '_' && next > start && char.IsAsciiDigit(Peek(1))))
        {
            next++;
        }
    }

    private void SkipFraction()
    {
        if (Peek() == '.')
        {
            isWhole = false;
            next++;
            SkipDigits();
        }
    }

    private void SkipExponent()
    {
        var sign = Peek(1) is '+' or '-' ? 1 : 0;
        if (Peek() is 'e' or 'E' && char.IsAsciiDigit(Peek(1 + sign)))
        {
            isWhole = false;
            next += 1 + sign;
            SkipDigits();
        }
    }

    private readonly bool IsThirdPart() => !isWhole && Peek() == '.' && char.IsAsciiDigit(Peek(1));

    private RuleToken ReadVersion()
    {
        while (Peek() == '.' || RuleText.IsNamePart(Peek()))
        {
            next++;
        }

        return RuleVersion.TryParse(rule.AsSpan(start, next - start), out _)
            ? new RuleToken(TokenKind.Version, start, next)
            : throw Fail($"{Shown} is no version; a version is three numbers, such as 3.5.6");
    }

    private RuleToken ReadInBase(int prefix, int numberBase)
    {
        next = RuleText.EndOfName(rule, start);
        ulong value = 0;
        foreach (var c in rule.AsSpan(start + prefix, next - start - prefix))
        {
            if (c == '_')
            {
                continue;
            }

            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : numberBase;
            if (digit >= numberBase || value > (long.MaxValue - (ulong)digit) / (ulong)numberBase)
            {
                throw Fail($"{Shown} is no number of 63 bits in base {numberBase}, which its beginning says it is");
            }

            value = (value * (ulong)numberBase) + (ulong)digit;
        }

        return next - start > prefix
            ? new RuleToken(TokenKind.Number, start, next, value)
            : throw Fail($"{Shown} has no digits");
    }

    private RuleToken Finish()
    {
        var digits = rule[start..next].Replace("_", "", StringComparison.Ordinal);
        if (RuleText.IsNamePart(Peek()))
        {
            return Make(Parse(digits) * ReadUnit(), NumberForm.Size);
        }

        if (Peek() != '%' || !IsPercent())
        {
            return Make(Parse(digits), NumberForm.Plain);
        }

        next++;
        // Moved by the decimal point, 0.1% is exactly what 0.001 is.
        return Make(
            digits.Contains('e', StringComparison.OrdinalIgnoreCase) ? Parse(digits) / 100 : Parse(digits + "e-2"),
            NumberForm.Percent);
    }

    private readonly bool IsPercent()
    {
        if (!RuleText.StartsOperand(rule, next + 1))
        {
            return true;
        }

        return !char.IsWhiteSpace(Peek(1)) ? false : throw new RuleException(
            rule,
            next,
            $"{Shown}% is a percentage or the beginning of a modulo; write ({Shown}%) or {Shown} % with blanks on both sides");
    }

    private long ReadUnit()
    {
        var at = next;
        next = RuleText.EndOfName(rule, next);
        var unit = rule.AsSpan(at, next - at);
        var power = "KMGT".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        var rest = unit[1..];
        var isKnown = power > 0 && (rest.IsEmpty
            || rest.Equals("B", StringComparison.OrdinalIgnoreCase)
            || rest.Equals("i", StringComparison.OrdinalIgnoreCase)
            || rest.Equals("iB", StringComparison.OrdinalIgnoreCase));
        return isKnown ? 1L << (10 * power) : throw new RuleException(
            rule,
            at,
            $"{(unit.Length <= 40 ? unit : unit[..40])}: no such unit; known are K, M, G and T, also as KB or KiB, all powers of 1024");
    }

    private static double Parse(string digits) => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);

    private readonly RuleToken Make(double value, NumberForm form) => double.IsFinite(value)
        ? new RuleToken(TokenKind.Number, start, next, value, form)
        : throw Fail($"{Shown} is too large a number");

    private readonly string Shown => next - start <= 40 ? rule[start..next] : rule[start..(start + 40)] + "...";

    private readonly RuleException Fail(string problem) => new(rule, start, problem);
}
