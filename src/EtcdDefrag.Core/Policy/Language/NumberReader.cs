using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>Reads one number or version: 42, 4.2e3, 4_000, 0x2A, 200M, 45%, 3.5.6.</summary>
internal ref struct NumberReader
{
    private readonly string _rule;
    private readonly int _start;
    private int _next;
    private bool _isWhole = true;

    private NumberReader(string rule, int start)
    {
        _rule = rule;
        _start = start;
        _next = start;
    }

    public static RuleToken Read(string rule, int start) => new NumberReader(rule, start).Read();

    private RuleToken Read()
    {
        if (_rule[_start] == '0' && Peek(1) is 'x' or 'X' or 'b' or 'B' or 'o' or 'O')
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
        return _isWhole && _next - _start > 1 && _rule[_start] == '0' ? ReadInBase(1, 8) : Finish();
    }

    private readonly char Peek(int ahead = 0) => _next + ahead < _rule.Length ? _rule[_next + ahead] : '\0';

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()) || (Peek() == '_' && _next > _start && char.IsAsciiDigit(Peek(1))))
        {
            _next++;
        }
    }

    private void SkipFraction()
    {
        if (Peek() == '.')
        {
            _isWhole = false;
            _next++;
            SkipDigits();
        }
    }

    private void SkipExponent()
    {
        var sign = Peek(1) is '+' or '-' ? 1 : 0;
        if (Peek() is 'e' or 'E' && char.IsAsciiDigit(Peek(1 + sign)))
        {
            _isWhole = false;
            _next += 1 + sign;
            SkipDigits();
        }
    }

    private readonly bool IsThirdPart() => !_isWhole && Peek() == '.' && char.IsAsciiDigit(Peek(1));

    private RuleToken ReadVersion()
    {
        while (Peek() == '.' || RuleLexer.IsNamePart(Peek()))
        {
            _next++;
        }

        return RuleVersion.TryParse(_rule.AsSpan(_start, _next - _start), out _)
            ? new RuleToken(TokenKind.Version, _start, _next)
            : throw Fail($"{Shown} is not a version; a version is three numbers, such as 3.5.6");
    }

    private RuleToken ReadInBase(int prefix, int numberBase)
    {
        _next = RuleLexer.EndOfName(_rule, _start);
        ulong value = 0;
        foreach (var c in _rule.AsSpan(_start + prefix, _next - _start - prefix))
        {
            if (c == '_')
            {
                continue;
            }

            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : numberBase;
            if (digit >= numberBase || value > (long.MaxValue - (ulong)digit) / (ulong)numberBase)
            {
                throw Fail($"{Shown} is not a number of at most 63 bits in base {numberBase}, which its prefix stands for");
            }

            value = (value * (ulong)numberBase) + (ulong)digit;
        }

        return _next - _start > prefix
            ? new RuleToken(TokenKind.Number, _start, _next, value)
            : throw Fail($"{Shown} has no digits");
    }

    private RuleToken Finish()
    {
        var digits = _rule[_start.._next].Replace("_", "", StringComparison.Ordinal);
        if (RuleLexer.IsNamePart(Peek()))
        {
            return Make(Parse(digits) * ReadUnit(), NumberForm.Size);
        }

        if (Peek() != '%' || !IsPercent())
        {
            return Make(Parse(digits), NumberForm.Plain);
        }

        _next++;
        // Moved by the decimal point, 0.1% is exactly what 0.001 is.
        return Make(
            digits.Contains('e', StringComparison.OrdinalIgnoreCase) ? Parse(digits) / 100 : Parse(digits + "e-2"),
            NumberForm.Percent);
    }

    private readonly bool IsPercent()
    {
        if (!RuleLexer.StartsOperand(_rule, _next + 1))
        {
            return true;
        }

        return !char.IsWhiteSpace(Peek(1)) ? false : throw new RuleException(
            _rule,
            _next,
            $"{Shown}% may be a percentage or a modulo; write ({Shown}%), or {Shown} % with blanks on both sides");
    }

    private long ReadUnit()
    {
        var at = _next;
        _next = RuleLexer.EndOfName(_rule, _next);
        var unit = _rule.AsSpan(at, _next - at);
        var power = "KMGT".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        var rest = unit[1..];
        var isKnown = power > 0 && (rest.IsEmpty
            || rest.Equals("B", StringComparison.OrdinalIgnoreCase)
            || rest.Equals("i", StringComparison.OrdinalIgnoreCase)
            || rest.Equals("iB", StringComparison.OrdinalIgnoreCase));
        return isKnown ? 1L << (10 * power) : throw new RuleException(
            _rule,
            at,
            $"{(unit.Length <= 40 ? unit : unit[..40])}: no such unit; known are K, M, G and T, also as KB or KiB, all powers of 1024");
    }

    private static double Parse(string digits) => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);

    private readonly RuleToken Make(double value, NumberForm form) => double.IsFinite(value)
        ? new RuleToken(TokenKind.Number, _start, _next, value, form)
        : throw Fail($"{Shown} is too large a number");

    private readonly string Shown => _next - _start <= 40 ? _rule[_start.._next] : _rule[_start..(_start + 40)] + "...";

    private readonly RuleException Fail(string problem) => new(_rule, _start, problem);
}
