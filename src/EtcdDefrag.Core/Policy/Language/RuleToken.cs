using System.Runtime.InteropServices;

namespace EtcdDefrag.Policy.Language;

/// <summary>What a token is; two spellings of one operator are one kind.</summary>
internal enum TokenKind
{
    End,
    Number,
    Version,
    Name,
    True,
    False,
    Open,
    Close,
    Bang,
    NotWord,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    ShiftLeft,
    ShiftRight,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Power,
}

/// <summary>What a number literal stands for, beyond its value.</summary>
internal enum NumberForm
{
    Plain,
    Size,
    Percent,
}

/// <summary>A piece of a rule's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where the text goes on.</param>
/// <param name="Value">A number's value.</param>
/// <param name="Form">How the number was written.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleToken(TokenKind Kind, int Start, int End, double Value = 0, NumberForm Form = NumberForm.Plain);
